//! What a container uses of the machine, in the figures of `docker stats`.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use futures_core::Stream;
use stevedore_api::{Endpoint, Timestamp};
use stevedore_client::{Error, ErrorKind, Lines, Result};

use super::list::present;
use super::{BlkioStats, Container, Containers, List, MemoryStats, Sample, Stats};
use crate::together::together;

/// What a container uses, in the figures that `docker stats` shows.
///
/// They are worked out of a [`Sample`] as the docker command does it, for both versions of
/// cgroups. Of a container that does not run all are 0, and there is no
/// [`cpu_percent`](Self::cpu_percent).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// The container's id.
    pub id: String,
    /// Its name, without the leading slash.
    pub name: String,
    /// When it was measured.
    pub time: Timestamp,
    /// Processor time since the sample before, in percent of one processor: 200 where it kept
    /// two of them busy. Nothing where there was no sample before.
    pub cpu_percent: Option<f64>,
    /// Bytes of memory in use, without those of the page cache that the kernel could do
    /// without.
    pub memory: u64,
    /// The most bytes of memory that it may use; the host's memory where it has no limit.
    pub memory_limit: u64,
    /// Bytes that came over all of its network devices.
    pub network_received: u64,
    /// Bytes that it sent over them.
    pub network_sent: u64,
    /// Bytes that it read from disks.
    pub block_read: u64,
    /// Bytes that it wrote to disks.
    pub block_written: u64,
    /// Processes and threads that it has.
    pub pids: u64,
    /// What they were worked out of.
    pub sample: Sample,
}

impl Usage {
    /// How much of its limit the memory in use is, in percent; 0 without a limit.
    pub fn memory_percent(&self) -> f64 {
        if self.memory_limit == 0 {
            0.0
        } else {
            float(self.memory) / float(self.memory_limit) * 100.0
        }
    }
}

impl From<Sample> for Usage {
    fn from(sample: Sample) -> Self {
        let networks = || sample.networks.values();
        let disks = sample.blkio_stats.as_ref();
        let windows = sample
            .storage_stats
            .as_ref()
            .filter(|_| is_windows(&sample));
        Self {
            id: sample.id.clone().unwrap_or_else(|| {
                // Podman spells it so.
                let id = sample.extra.get("Id").and_then(|id| id.as_str());
                id.unwrap_or_default().to_owned()
            }),
            name: {
                let name = sample.name.as_deref().unwrap_or_default();
                name.strip_prefix('/').unwrap_or(name).to_owned()
            },
            time: sample.read.clone(),
            cpu_percent: if is_windows(&sample) {
                cpu_of_windows(&sample)
            } else {
                cpu_of_linux(&sample)
            },
            memory: sample
                .memory_stats
                .privateworkingset
                .unwrap_or_else(|| without_cache(&sample.memory_stats)),
            memory_limit: sample.memory_stats.limit.unwrap_or_default(),
            network_received: sum(networks().map(|device| device.rx_bytes)),
            network_sent: sum(networks().map(|device| device.tx_bytes)),
            block_read: windows
                .and_then(|disks| disks.read_size_bytes)
                .unwrap_or_else(|| moved(disks, b'r')),
            block_written: windows
                .and_then(|disks| disks.write_size_bytes)
                .unwrap_or_else(|| moved(disks, b'w')),
            pids: sample
                .pids_stats
                .as_ref()
                .and_then(|pids| pids.current)
                .unwrap_or_default(),
            sample,
        }
    }
}

/// Only engines on Windows count the processors of the host here.
fn is_windows(sample: &Sample) -> bool {
    sample.num_procs > 0
}

/// What it used of the time of all processors, times their number.
fn cpu_of_linux(sample: &Sample) -> Option<f64> {
    let (now, before) = (sample.cpu_stats.as_ref()?, sample.precpu_stats.as_ref()?);
    let (cpu, cpu_before) = (now.cpu_usage.as_ref()?, before.cpu_usage.as_ref()?);
    let used = float(cpu.total_usage) - float(cpu_before.total_usage);
    let passed = float(now.system_cpu_usage?) - float(before.system_cpu_usage?);
    let processors = match now.online_cpus {
        // Engines before API 1.27 don't say.
        None | Some(0) => float(cpu.percpu_usage.len() as u64),
        Some(count) => f64::from(count),
    };
    Some(if used > 0.0 && passed > 0.0 {
        used / passed * processors * 100.0
    } else {
        0.0
    })
}

/// What it used of the time that passed, in units of 100 ns, on all processors.
fn cpu_of_windows(sample: &Sample) -> Option<f64> {
    if !sample.preread.is_set() {
        return None;
    }
    let passed = sample.read.nanoseconds()? - sample.preread.nanoseconds()?;
    let possible = passed.max(0) / 100 * i128::from(sample.num_procs);
    let usage = |of: &Option<super::CpuStats>| {
        let usage = of.as_ref().and_then(|cpu| cpu.cpu_usage.as_ref());
        usage.map(|usage| usage.total_usage)
    };
    let used = usage(&sample.cpu_stats)?.saturating_sub(usage(&sample.precpu_stats)?);
    let possible = u64::try_from(possible).ok()?;
    Some(if possible > 0 {
        float(used) / float(possible) * 100.0
    } else {
        0.0
    })
}

/// Memory in use, less the part of the page cache that has not been used for a while: under
/// the one name with cgroup 1, and under the other with cgroup 2.
fn without_cache(memory: &MemoryStats) -> u64 {
    let usage = memory.usage.unwrap_or_default();
    let idle = |name| memory.stats.get(name).filter(|idle| **idle < usage);
    let idle = idle("total_inactive_file").or_else(|| idle("inactive_file"));
    usage - idle.copied().unwrap_or_default()
}

/// The bytes that were read or written, of all disks.
fn moved(disks: Option<&BlkioStats>, first: u8) -> u64 {
    let counts = disks.map(|disks| disks.io_service_bytes_recursive.as_slice());
    let counts = counts.unwrap_or_default().iter();
    let is_of = |op: &str| op.as_bytes().first().map(u8::to_ascii_lowercase) == Some(first);
    sum(counts
        .filter(|count| is_of(&count.op))
        .map(|count| count.value))
}

fn sum(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

#[allow(
    clippy::cast_precision_loss,
    reason = "figures for people, as the docker command works them out"
)]
fn float(count: u64) -> f64 {
    count as f64
}

/// What containers use, a sample of each about every second. Dropping it closes its sockets.
///
/// It ends when the last of them is removed; of one that does not run, samples of nothing
/// come. It is a [`Stream`], too.
#[derive(Debug)]
pub struct Usages(Vec<Lines<Sample>>);

impl Usages {
    /// The next figures, of whichever container has some first, or nothing at the end.
    ///
    /// # Errors
    /// Kind `Protocol`: the connection of a container broke. It is measured no more; the
    /// others are, if asked for.
    pub async fn try_next(&mut self) -> Result<Option<Usage>> {
        poll_fn(|cx| {
            let mut nth = 0;
            while let Some(samples) = self.0.get_mut(nth) {
                // A pull that is given up loses nothing.
                let polled = pin!(samples.try_next()).poll(cx);
                match polled {
                    Poll::Pending => nth += 1,
                    Poll::Ready(Ok(None)) => drop(self.0.remove(nth)),
                    Poll::Ready(Ok(Some(sample))) => {
                        // The others come first next time.
                        self.0.rotate_left(nth + 1);
                        return Poll::Ready(Ok(Some(Usage::from(sample))));
                    }
                    Poll::Ready(Err(error)) => {
                        drop(self.0.remove(nth));
                        return Poll::Ready(Err(error));
                    }
                }
            }
            if self.0.is_empty() {
                Poll::Ready(Ok(None))
            } else {
                Poll::Pending
            }
        })
        .await
    }

    fn of_all(parts: Vec<Self>) -> Self {
        Self(parts.into_iter().flat_map(|part| part.0).collect())
    }

    /// Of how many containers more can come, as far as is known.
    pub fn remaining(&self) -> usize {
        self.0.len()
    }
}

impl Stream for Usages {
    type Item = Result<Usage>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Usage>>> {
        // A pull that is given up loses nothing.
        let pull = pin!(self.get_mut().try_next());
        pull.poll(cx).map(Result::transpose)
    }
}

impl Container {
    /// What it uses, from now on about every second.
    ///
    /// One request: `GET /containers/{id}/stats`. The first figures have no processor time:
    /// there is nothing to compare it with.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::Stats;
    ///
    /// let mut usages = docker.container("web").stats(Stats::new()).await?;
    /// while let Some(usage) = usages.try_next().await? {
    ///     println!("{:?} % {} MB", usage.cpu_percent, usage.memory >> 20);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`.
    pub async fn stats(&self, stats: Stats) -> Result<Usages> {
        let samples = self.docker.call(&stats.id(self.id())).await?;
        Ok(Usages(vec![samples]))
    }

    /// What it uses now, as `docker stats --no-stream` shows it.
    ///
    /// One request, for which the engine takes a second or two: it measures twice to know
    /// the processor time. [`Stats::one_shot`] (API 1.41) is at once and goes without it.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::Stats;
    ///
    /// let usage = docker.container("web").stats_once(Stats::new()).await?;
    /// println!("{:.1} % of its memory", usage.memory_percent());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`. Kind `Stream`: it was removed while it was
    /// measured.
    pub async fn stats_once(&self, stats: Stats) -> Result<Usage> {
        let mut usages = self.stats(stats.stream(false)).await?;
        // The engine ends without a word where the container is removed meanwhile.
        usages.try_next().await?.ok_or_else(|| {
            let what = format!("container {} ended before it was measured", self.id());
            Error::new(ErrorKind::Stream, what).at(Stats::INFO)
        })
    }
}

impl Containers {
    /// What each of the containers uses that a list shows: by default all that run.
    ///
    /// One request for the list and one for each container, several at a time, as
    /// [`Container::stats_once`]. One that is removed meanwhile is left out.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::{List, Stats};
    ///
    /// for usage in docker.containers().stats(&List::new(), &Stats::new()).await? {
    ///     println!("{:20} {:?} %", usage.name, usage.cpu_percent);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stats(&self, list: &List, stats: &Stats) -> Result<Vec<Usage>> {
        let found = self.list(list).await?.into_iter();
        let asked = found.map(|summary| async move {
            match present(self.measure(summary.id, stats, false).await)? {
                Some(mut usages) => usages.try_next().await,
                None => Ok(None),
            }
        });
        together(asked).await
    }

    /// What each of these containers uses, in their order.
    ///
    /// One request for each, several at a time, as [`Container::stats_once`]. One that is
    /// removed while it is measured is left out.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::Stats;
    ///
    /// for usage in docker.containers().stats_of(["web", "db"], &Stats::new()).await? {
    ///     println!("{:20} {} MB", usage.name, usage.memory >> 20);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`: there is none of a name.
    pub async fn stats_of(
        &self,
        ids: impl IntoIterator<Item = impl Into<String>>,
        stats: &Stats,
    ) -> Result<Vec<Usage>> {
        let asked = ids.into_iter().map(|id| {
            let id = id.into();
            async move { self.measure(id, stats, false).await?.try_next().await }
        });
        together(asked).await
    }

    /// What the containers use that a list shows, from now on each about every second.
    ///
    /// By default all that run now; one that is started later is not among them. One request
    /// for the list and one for each container, whose connections stay open. One that is
    /// removed ends, and the others go on.
    ///
    /// ```no_run
    /// # async fn example(docker: stevedore::Docker) -> stevedore::Result<()> {
    /// use stevedore::container::{List, Stats};
    ///
    /// let mut usages = docker.containers().stats_stream(&List::new(), &Stats::new()).await?;
    /// while let Some(usage) = usages.try_next().await? {
    ///     println!("{:20} {:?} %", usage.name, usage.cpu_percent);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stats_stream(&self, list: &List, stats: &Stats) -> Result<Usages> {
        let found = self.list(list).await?.into_iter();
        let opened = found
            .map(|summary| async move { present(self.measure(summary.id, stats, true).await) });
        Ok(Usages::of_all(together(opened).await?))
    }

    /// What these containers use, from now on each about every second.
    ///
    /// One request for each, whose connections stay open. One that is removed ends, and the
    /// others go on.
    ///
    /// # Errors
    /// Kind `Refused`, reason `no_such_container`: there is none of a name.
    pub async fn stats_stream_of(
        &self,
        ids: impl IntoIterator<Item = impl Into<String>>,
        stats: &Stats,
    ) -> Result<Usages> {
        let opened = ids.into_iter().map(|id| {
            let id = id.into();
            async move { self.measure(id, stats, true).await.map(Some) }
        });
        Ok(Usages::of_all(together(opened).await?))
    }

    async fn measure(&self, id: String, stats: &Stats, stream: bool) -> Result<Usages> {
        let container = self.docker.container(id);
        container.stats(stats.clone().stream(stream)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> Usage {
        Usage::from(serde_json::from_str::<Sample>(json).unwrap())
    }

    #[test]
    fn figures_are_those_of_the_docker_command_with_cgroup_1() {
        let usage = usage(
            r#"{"id":"c0ffee","name":"/web","read":"2024-05-01T12:00:01Z","num_procs":0,
            "storage_stats":{},
            "cpu_stats":{"cpu_usage":{"total_usage":3000,"percpu_usage":[1,2]},"system_cpu_usage":20000,"online_cpus":4},
            "precpu_stats":{"cpu_usage":{"total_usage":1000},"system_cpu_usage":10000},
            "memory_stats":{"usage":1000,"limit":3000,"stats":{"cache":900,"inactive_file":10,"total_inactive_file":250}},
            "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}},
            "blkio_stats":{"io_service_bytes_recursive":[
                {"major":8,"op":"Read","value":5},{"major":9,"op":"Read","value":6},
                {"major":8,"op":"Write","value":7},{"major":8,"op":"Total","value":12},{"op":"","value":99}]},
            "pids_stats":{"current":3}}"#,
        );
        assert_eq!((usage.id.as_str(), usage.name.as_str()), ("c0ffee", "web"));
        assert_eq!(usage.cpu_percent, Some(80.0));
        assert_eq!((usage.memory, usage.memory_limit), (750, 3000));
        assert!((usage.memory_percent() - 25.0).abs() < 1e-9);
        assert_eq!((usage.network_received, usage.network_sent), (11, 22));
        assert_eq!((usage.block_read, usage.block_written), (11, 7));
        assert_eq!(usage.pids, 3);
    }

    #[test]
    fn with_cgroup_2_the_page_cache_has_another_name() {
        let usage = usage(
            r#"{"memory_stats":{"usage":1000,"limit":0,"stats":{"inactive_file":400}},
            "blkio_stats":{"io_service_bytes_recursive":[{"op":"read","value":5},{"op":"write","value":7}]}}"#,
        );
        assert_eq!(
            (usage.memory, usage.block_read, usage.block_written),
            (600, 5, 7)
        );
        assert!(usage.memory_percent().abs() < 1e-9);
        // More than there is in use is no cache.
        let usage = super::tests::usage(
            r#"{"memory_stats":{"usage":10,"stats":{"total_inactive_file":11,"inactive_file":4}}}"#,
        );
        assert_eq!(usage.memory, 6);
    }

    #[test]
    fn without_a_sample_before_there_is_no_processor_time() {
        let first = usage(
            r#"{"cpu_stats":{"cpu_usage":{"total_usage":3000},"system_cpu_usage":20000,"online_cpus":2},
            "precpu_stats":{"cpu_usage":{"total_usage":0},"throttling_data":{}}}"#,
        );
        assert_eq!(first.cpu_percent, None);
        let idle = usage(
            r#"{"cpu_stats":{"cpu_usage":{"total_usage":3000,"percpu_usage":[3000,0]},"system_cpu_usage":20000},
            "precpu_stats":{"cpu_usage":{"total_usage":3000},"system_cpu_usage":10000}}"#,
        );
        assert_eq!(idle.cpu_percent, Some(0.0));
        let stopped = usage(r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{},"memory_stats":{}}"#);
        assert_eq!(
            (stopped.cpu_percent, stopped.memory, stopped.pids),
            (None, 0, 0)
        );
    }

    #[test]
    fn windows_counts_otherwise() {
        let usage = usage(
            r#"{"read":"2024-05-01T12:00:01Z","preread":"2024-05-01T12:00:00Z","num_procs":2,
            "cpu_stats":{"cpu_usage":{"total_usage":7000000}},
            "precpu_stats":{"cpu_usage":{"total_usage":2000000}},
            "memory_stats":{"commitbytes":9,"privateworkingset":77},
            "storage_stats":{"read_size_bytes":5,"write_size_bytes":6}}"#,
        );
        assert_eq!(usage.cpu_percent, Some(25.0));
        assert_eq!(
            (usage.memory, usage.block_read, usage.block_written),
            (77, 5, 6)
        );
    }
}
