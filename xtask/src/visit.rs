//! A visit to an engine: what a run leaves there, and how it goes away again.
//! Only what is noted here, or carries the run's label, is ever removed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use crate::choose::Chosen;
use crate::engine::{self, raw};
use crate::json::{at, text};
use belongings::Belongings;
pub(crate) use belongings::{get, list};

mod belongings;

pub(crate) struct Visit {
    socket: PathBuf,
    is_own: bool,
    label: String,
    before: Belongings,
    containers: BTreeSet<String>,
    /// Those that the run asks for, by name.
    images: BTreeMap<String, Image>,
}

struct Image {
    was_there: bool,
    /// What the name stood for when it was ours.
    id: Option<String>,
}

impl Visit {
    /// See what is there. The label, `name=value`, is what the run's things
    /// carry.
    pub(crate) fn begin(engine: &Chosen, is_own: bool, label: String) -> Result<Self> {
        let before = Belongings::of(&engine.socket)?;
        Ok(Self {
            socket: engine.socket.clone(),
            is_own,
            label,
            before,
            containers: BTreeSet::new(),
            images: BTreeMap::new(),
        })
    }

    /// What was there at the beginning, counted.
    pub(crate) fn before(&self) -> String {
        self.before.summary()
    }

    /// See to it that the engine can get an image: by itself if possible,
    /// else from a stand-in, which goes again with the rest.
    pub(crate) fn bring(&mut self, reference: &str) -> Result<()> {
        let path = format!("/images/{reference}/json");
        let answer = raw::get(&self.socket, &path, &[], &[]).context("cannot ask for an image")?;
        let was_there = answer.status == 200;
        let image = Image {
            was_there,
            id: None,
        };
        self.images.insert(reference.to_owned(), image);
        if was_there || !self.is_own || self.can_pull(reference) {
            return Ok(());
        }
        println!(
            "this engine cannot pull {reference}: a stand-in is loaded, and removed afterwards"
        );
        let name = reference.split(':').next().unwrap_or(reference);
        let stand_ins = engine::stand_ins()?;
        let (_, file) = stand_ins
            .iter()
            .find(|(of, _)| of == reference || of == name)
            .with_context(|| format!("there is no stand-in for {reference}"))?;
        let archive = std::fs::read(file)
            .with_context(|| format!("cannot read the stand-in {}", file.display()))?;
        let headers = [("Content-Type", "application/x-tar")];
        let answer = raw::post(&self.socket, "/images/load?quiet=1", &headers, &archive)
            .context("cannot load a stand-in")?;
        if answer.status != 200 {
            bail!("the engine does not load a stand-in: {}", answer.text());
        }
        self.made_image(reference)
    }

    /// Note a container of the run.
    pub(crate) fn made_container(&mut self, id: &str) {
        self.containers.insert(id.to_owned());
    }

    /// Note what a name stands for, now that the run has brought the image.
    pub(crate) fn made_image(&mut self, reference: &str) -> Result<()> {
        let image = get(&self.socket, &format!("/images/{reference}/json"))?;
        if let Some(noted) = self.images.get_mut(reference) {
            noted.id = Some(text(&image, "/Id").to_owned());
        }
        Ok(())
    }

    /// Remove what the run made, and see that all else is as it was.
    pub(crate) fn end(mut self) -> Result<()> {
        // A request that was under way when the run was stopped may come to
        // its end after the first look.
        for _ in 0..3 {
            self.remove_containers()?;
            self.remove_images()?;
            if self.leftovers(&Belongings::of(&self.socket)?).is_empty() {
                break;
            }
        }
        let now = Belongings::of(&self.socket)?;
        println!("after: {}", now.summary());
        let ours = self.leftovers(&now);
        let differences = self.before.differences(&now);
        let (bad, strange): (Vec<_>, Vec<_>) = differences
            .into_iter()
            .partition(|difference| difference.what != "new" || ours.contains(&difference.id));
        for difference in &strange {
            println!("note: {difference}, and not from here");
        }
        if !bad.is_empty() {
            let bad: Vec<String> = bad.iter().map(ToString::to_string).collect();
            bail!("the engine is not as it was: {}", bad.join("; "));
        }
        Ok(())
    }

    /// Which of the new things must be the run's own.
    fn leftovers(&self, now: &Belongings) -> BTreeSet<String> {
        let images: Vec<&String> = self.images.values().filter_map(|i| i.id.as_ref()).collect();
        let new = self.before.differences(now);
        new.into_iter()
            .filter(|difference| difference.what == "new")
            .filter(|difference| match difference.kind {
                "container" => self.containers.contains(&difference.id),
                "image" => images.contains(&&difference.id),
                // A run makes neither; on an engine of ours nobody else does.
                _ => !self.is_own,
            })
            .map(|difference| difference.id)
            .collect()
    }

    fn remove_containers(&mut self) -> Result<()> {
        let filter = filter_by_label(&self.label);
        let path = format!("/containers/json?all=1&filters={filter}");
        let labelled = get(&self.socket, &path)?;
        let ids = list(&labelled).iter().map(|c| text(c, "/Id").to_owned());
        self.containers.extend(ids);
        if !self.is_own {
            self.containers.extend(self.unlabelled()?);
        }
        for id in &self.containers {
            let path = format!("/containers/{id}?force=1&v=1");
            let answer =
                raw::delete(&self.socket, &path, &[], &[]).context("cannot remove a container")?;
            if !matches!(answer.status, 204 | 404 | 409) {
                bail!("container {id} cannot be removed: {}", answer.text());
            }
        }
        Ok(())
    }

    /// On a private engine the tour's commands are the vignette's own, without
    /// a label: what is new, of one of its images and nobody else's is its.
    fn unlabelled(&self) -> Result<Vec<String>> {
        let before: BTreeSet<&str> = self.before.ids("container").collect();
        let is_ours = |name: &str| {
            let mut images = self.images.keys();
            images.any(|image| image == name || image.strip_suffix(":latest") == Some(name))
        };
        let all = get(&self.socket, "/containers/json?all=1")?;
        let ours = list(&all)
            .iter()
            .filter(|container| {
                let labels = at(container, "/Labels").as_object();
                let is_claimed = labels
                    .into_iter()
                    .flat_map(serde_json::Map::keys)
                    .any(|label| label.starts_with("stevedore."));
                is_ours(text(container, "/Image")) && !is_claimed
            })
            .map(|container| text(container, "/Id"))
            .filter(|id| !before.contains(id))
            .map(str::to_owned)
            .collect();
        Ok(ours)
    }

    fn remove_images(&mut self) -> Result<()> {
        for (reference, image) in &mut self.images {
            if image.was_there {
                continue;
            }
            let path = format!("/images/{reference}");
            let answer = raw::get(&self.socket, &format!("{path}/json"), &[], &[])
                .context("cannot ask for an image")?;
            if answer.status != 200 {
                continue;
            }
            let found = answer.json().context("cannot read about an image")?;
            let found = text(&found, "/Id");
            // Where the run ended before it could be noted, the pull was its all the same.
            let ours = image.id.get_or_insert_with(|| found.to_owned());
            if ours != found {
                println!("note: {reference} is another image now, and stays");
                continue;
            }
            let answer =
                raw::delete(&self.socket, &path, &[], &[]).context("cannot remove an image")?;
            if !matches!(answer.status, 200 | 404) {
                println!("note: {reference} stays: {}", answer.text().trim());
            }
        }
        Ok(())
    }

    /// Whether the engine's registry has an image, which costs no download.
    fn can_pull(&self, reference: &str) -> bool {
        let path = format!("/distribution/{reference}/json");
        raw::get(&self.socket, &path, &[], &[]).is_ok_and(|answer| answer.status == 200)
    }
}

/// A filter on a label, as it goes into a query.
fn filter_by_label(label: &str) -> String {
    let filter = serde_json::json!({ "label": [label] }).to_string();
    let mut query = String::new();
    for byte in filter.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            query.extend(["%", &format!("{byte:02X}")]);
        }
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_escaped_for_a_query() {
        assert_eq!(
            filter_by_label("stevedore.tour=1-a"),
            "%7B%22label%22%3A%5B%22stevedore.tour%3D1-a%22%5D%7D"
        );
    }
}
