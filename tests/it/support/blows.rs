//! `kill -9` in front of the n-th write of a process, counted over all its threads from a chosen moment on: what SQLite writes
//! and syncs, and what is sent to the database's server, to other systems and to whoever asked.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::process::Environment;

/// As the shim has it.
const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/support/blow.c");

/// What counts as a point at which a blow may fall.
#[derive(Debug, Clone, Copy)]
pub struct Points {
    /// So many writes of a SQLite file between two syncs of it. In between nothing is committed and all are alike.
    pub burst: u32,
    /// What is sent is counted from the first transaction on, not while a process starts.
    pub from_first_transaction: bool,
}

/// The first point of a test that takes one point in so many. Each run begins at another one, so that over the runs every point has
/// its turn.
pub fn first_of(step_by: u32) -> u32 {
    let first = 1 + std::process::id() % step_by;
    println!("from point {first}, each {step_by}");
    first
}

/// Where blows fall in the processes of an environment.
pub struct Blows {
    _dir: TempDir,
    shim: PathBuf,
    path: PathBuf,
    control: File,
}

impl Blows {
    /// Builds the shim. A C compiler is there: SQLite was built with it.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (shim, path) = (dir.path().join("blow.so"), dir.path().join("control"));
        let mut build = Command::new("cc");
        build.args(["-shared", "-fPIC", "-O1", "-o"]).arg(&shim).args([SOURCE, "-ldl"]);
        assert!(build.status().unwrap().success(), "{SOURCE} was not built");
        std::fs::write(&path, [0_u8; 16]).unwrap();
        let control = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        Self { _dir: dir, shim, path, control }
    }

    /// An environment in which they fall.
    pub fn within(&self, environment: &Environment) -> Environment {
        let environment = environment.clone().set("LD_PRELOAD", self.shim.to_str().unwrap());
        environment.set("KEPT_TEST_BLOW", self.path.to_str().unwrap())
    }

    /// From now on points are counted, and the process that comes to this one is ended in front of it.
    pub fn arm(&self, point: u32, points: Points) {
        let set = [0, 0, points.burst, u32::from(points.from_first_transaction)];
        set.iter().zip([0, 4, 8, 12]).for_each(|(number, at)| self.put(*number, at));
        self.put(point, 0);
    }

    /// Nothing is counted any more. Returns how many points were passed.
    pub fn disarm(&self) -> u32 {
        self.put(0, 0);
        let mut bytes = [0; 4];
        self.control.read_exact_at(&mut bytes, 4).unwrap();
        u32::from_ne_bytes(bytes)
    }

    fn put(&self, number: u32, at: u64) {
        self.control.write_all_at(&number.to_ne_bytes(), at).unwrap();
    }
}
