//! `cargo xtask lint`: the checks that are too slow, or need too many tools,
//! for every run of the tests. Tools that are missing are named, and where
//! they come from; a tool that is there has to be content.

use std::process::Command;

use anyhow::Result;

use crate::run;

/// A habit, and the tool that keeps it.
struct Habit {
    /// What it looks at.
    about: &'static str,
    /// The program whose presence decides.
    tool: &'static str,
    /// How to get it.
    from: &'static str,
    /// What to run, in the repository.
    command: &'static [&'static str],
}

const HABITS: &[Habit] = &[
    Habit {
        about: "licences, bans and sources of dependencies",
        tool: "cargo-deny",
        from: "cargo install --locked cargo-deny",
        command: &["cargo", "deny", "check", "bans", "licenses", "sources"],
    },
    Habit {
        about: "dependencies that nobody uses",
        tool: "cargo-machete",
        from: "cargo install --locked cargo-machete",
        command: &["cargo", "machete"],
    },
    Habit {
        about: "each feature by itself",
        tool: "cargo-hack",
        from: "cargo install --locked cargo-hack",
        command: &[
            "cargo",
            "hack",
            "check",
            "--workspace",
            "--exclude",
            "xtask",
            "--each-feature",
            "--no-dev-deps",
        ],
    },
    Habit {
        about: "spelling",
        tool: "typos",
        from: "cargo install --locked typos-cli",
        command: &["typos"],
    },
    Habit {
        about: "formatting of TOML",
        tool: "taplo",
        from: "cargo install --locked taplo-cli",
        command: &["taplo", "format", "--check"],
    },
    Habit {
        about: "formatting of R",
        tool: "air",
        from: "https://posit-dev.github.io/air",
        command: &["air", "format", "--check", "r", "xtask/r"],
    },
];

const ADVISORIES: Habit = Habit {
    about: "known holes in dependencies",
    tool: "cargo-deny",
    from: "cargo install --locked cargo-deny",
    command: &["cargo", "deny", "check", "advisories"],
};

const LINTR: Habit = Habit {
    about: "habits of R code",
    tool: "lintr",
    from: "apt-get install r-cran-lintr, or install.packages(\"lintr\") in R",
    command: &[
        "Rscript",
        "-e",
        "found <- lintr::lint_package('r'); print(found); quit(status = length(found) > 0)",
    ],
};

/// How a habit fared.
enum Verdict {
    Kept,
    Broken(String),
    Unseen(String),
}

/// Whether every tool that is installed is content.
pub(crate) fn run() -> Result<bool> {
    let mut is_well = true;
    let mut tell = |habit: &Habit, verdict: Verdict| match verdict {
        Verdict::Kept => println!("ok       {} ({})", habit.about, habit.tool),
        Verdict::Unseen(why) => println!("not run  {} ({}): {why}", habit.about, habit.tool),
        Verdict::Broken(said) => {
            is_well = false;
            print!("{said}");
            println!("failed   {} ({})", habit.about, habit.tool);
        }
    };
    for habit in HABITS {
        tell(habit, keep(habit, run::which(habit.tool).is_some())?);
    }
    tell(&ADVISORIES, advisories()?);
    tell(&LINTR, keep(&LINTR, has_lintr())?);
    Ok(is_well)
}

fn keep(habit: &Habit, is_there: bool) -> Result<Verdict> {
    if !is_there {
        return Ok(Verdict::Unseen(format!("missing; {}", habit.from)));
    }
    let said = run::quiet(&mut command(habit))?;
    if said.status.success() {
        Ok(Verdict::Kept)
    } else {
        Ok(Verdict::Broken(said.text))
    }
}

/// Where the advisories can't be fetched, nothing is known about them, which
/// is another thing than being refused by one.
fn advisories() -> Result<Verdict> {
    if run::which(ADVISORIES.tool).is_none() {
        return Ok(Verdict::Unseen(format!("missing; {}", ADVISORIES.from)));
    }
    let fetched = run::quiet(run::cargo().args(["deny", "fetch", "db"]))?;
    if !fetched.status.success() {
        let why = "the advisory database is out of reach";
        return Ok(Verdict::Unseen(why.to_owned()));
    }
    keep(&ADVISORIES, true)
}

fn command(habit: &Habit) -> Command {
    match habit.command {
        ["cargo", arguments @ ..] => {
            let mut cargo = run::cargo();
            cargo.args(arguments);
            cargo
        }
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).current_dir(run::root());
            command
        }
        [] => run::cargo(),
    }
}

fn has_lintr() -> bool {
    run::which("Rscript").is_some()
        && Command::new("Rscript")
            .args(["-e", "invisible(find.package('lintr'))"])
            .output()
            .is_ok_and(|output| output.status.success())
}
