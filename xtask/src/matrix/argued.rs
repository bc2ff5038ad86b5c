//! Tests that an engine is known to fail, and why that is not ours.

/// A failure that is known.
#[derive(Debug)]
pub(super) struct Argued {
    /// The engines whose names begin so.
    engines: &'static str,
    /// The test, as its ring names it.
    pub(super) test: &'static str,
    /// Whether it fails every time, and not by chance.
    always: bool,
    pub(super) because: &'static str,
}

const FORCE_WAITS: &str = "A forced removal is a stop to Podman 5: a program that ignores TERM is \
    given the container's whole stop timeout, ten seconds, where Docker kills it. The removal that \
    `rm` promises is waited for as long as that and then given up; Podman removes the container a \
    moment later.";

const PARTS: &str = "Podman cuts a line wherever a read of the container's output ended, and gives \
    each part a time of its own. Only parts of the size of its buffer can be told from a program's \
    last words without a newline; others come as lines.";

const SINCE: &str = "Times before lines are of whole seconds up to Podman 5.4, and from 5.8 on a log \
    `since` a time begins after it, where Docker's begins with it.";

const ONE_MEASURE: &str = "Where one measure is asked for, Docker takes two and Podman one, which has \
    nothing to be held against.";

const ARGUED: &[Argued] = &[
    Argued {
        engines: "podman-",
        test: "execs::what_goes_in_comes_out",
        always: true,
        because: "When a command ends before it has read all its input, Podman closes the \
            connection with input still unread, which is a reset and no end. Docker reads the rest \
            and ends the connection as announced.",
    },
    Argued {
        engines: "podman-5",
        test: "faults::a_program_that_ignores_term_is_stopped_and_removed",
        always: true,
        because: FORCE_WAITS,
    },
    Argued {
        engines: "podman-5",
        test: "runs::a_run_given_up_is_removed_by_close",
        always: true,
        because: FORCE_WAITS,
    },
    Argued {
        engines: "podman-5",
        test: "runs::a_wait_that_is_broken_off_returns_within_a_tick_and_what_it_left_is_removed",
        always: true,
        because: FORCE_WAITS,
    },
    Argued {
        engines: "podman-5",
        test: "test-live-interrupt.R: Ctrl-C ends a run with rm, and its container is removed",
        always: true,
        because: FORCE_WAITS,
    },
    Argued {
        engines: "podman-4",
        test: "containers::a_wait_for_removal_ends_with_it",
        always: true,
        because: "A wait for the removal of a container is told the exit code 0, whatever it was. \
            Podman 5 tells the container's.",
    },
    Argued {
        engines: "podman-4",
        test: "containers::logs_keep_the_two_streams_apart",
        always: true,
        because: "The last line is left out of a log with `tail` where it has no newline at its \
            end. Podman 5 gives it.",
    },
    Argued {
        engines: "podman-4",
        test: "verbs::processes_and_changed_files_are_seen",
        always: true,
        because: "The processes of a container that does not run are an answer of status 200 \
            without a body. Podman 5 refuses.",
    },
    Argued {
        engines: "podman-4",
        test: "test-live-faces.R: a container is renamed, paused, updated, looked into and \
            restarted",
        always: true,
        because: "There is no endpoint to change the limits of a container before Podman 5.",
    },
    Argued {
        engines: "podman-",
        test: "log_lines::a_line_of_100_mb_comes_in_parts_of_which_none_is_lost",
        always: false,
        because: PARTS,
    },
    Argued {
        engines: "podman-",
        test: "log_lines::lines_are_whole_and_have_a_source_and_a_time",
        always: false,
        because: PARTS,
    },
    Argued {
        engines: "podman-",
        test: "log_lines::lines_of_a_terminal_are_whole_and_have_a_time",
        always: false,
        because: PARTS,
    },
    Argued {
        engines: "podman-",
        test: "log_lines::a_followed_log_that_is_cut_again_and_again_loses_and_repeats_nothing",
        always: false,
        because: "The place in \
            a log from which it is taken up again is a time. Podman gives the same to too many lines, \
            or begins after it; and a line that it cut counts as several.",
    },
    Argued {
        engines: "podman-",
        test: "log_lines::only_what_is_asked_for_is_shown",
        always: false,
        because: SINCE,
    },
    Argued {
        engines: "podman-",
        test: "log_lines::last_words_stand_apart_from_what_the_next_life_says_first",
        always: false,
        because: "Both words \
            have the same time where they were said in the same second, by which they are taken for \
            one line.",
    },
    Argued {
        engines: "podman-5",
        test: "copy::a_whole_container_comes_out_without_its_devices",
        always: false,
        because: "A moment after a container has ended Podman takes its files away from where it \
            reads them, also under an archive that it is writing: that has the root alone then, \
            and ends well. Of 72 that were asked for at once after the end, six at a time and \
            without this library, 7 were so.",
    },
    Argued {
        engines: "podman-",
        test: "stats::all_that_run_are_measured_at_once",
        always: true,
        because: ONE_MEASURE,
    },
    Argued {
        engines: "podman-",
        test: "test-live-lines.R: what containers use is a row for each of them",
        always: true,
        because: ONE_MEASURE,
    },
    Argued {
        engines: "podman-",
        test: "test-live-terminal.R: who writes to a container that others can write to leaves \
            it running",
        always: true,
        because: "When one of those who are attached ends its input, Podman ends that of the \
            container. Docker leaves it open for others, unless the container was made otherwise.",
    },
    Argued {
        engines: "podman-",
        test: "stats::a_busy_container_uses_what_it_is_allowed",
        always: false,
        because: "Podman holds what a container used \
            against a clock and not against the processors, so that a short time between two \
            measures gives any figure.",
    },
];

impl Argued {
    pub(super) fn of(engine: &str, test: &str) -> Option<&'static Argued> {
        ARGUED.iter().find(|argued| argued.is_about(engine, test))
    }

    /// All that an engine is said to fail every time.
    pub(super) fn on(engine: &str) -> impl Iterator<Item = &'static Argued> {
        ARGUED
            .iter()
            .filter(move |argued| argued.always && engine.starts_with(argued.engines))
    }

    pub(super) fn is_about(&self, engine: &str, test: &str) -> bool {
        engine.starts_with(self.engines) && self.test == test
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine;

    #[test]
    fn every_argument_is_about_an_engine_that_there_is() {
        for argued in ARGUED {
            let mut names = engine::names().iter();
            assert!(
                names.any(|name| name.starts_with(argued.engines)),
                "{argued:?}"
            );
        }
    }
}
