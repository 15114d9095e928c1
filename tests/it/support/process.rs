//! The `kept` program as a process of its own: for what a crash, a signal or another process does.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use kept::sandbox::Sandbox;

use super::TestDatabases;

/// Environment of a process: nothing is inherited but the path.
#[derive(Clone)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    pub fn new(databases: &TestDatabases, sandbox: &Sandbox) -> Self {
        let data_dir = databases.dir().join("data");
        let values = [
            ("KEPT_LISTEN", "127.0.0.1:0".to_owned()),
            ("KEPT_BASE_URL", "https://app.example.com".to_owned()),
            ("KEPT_DATA_DIR", data_dir.display().to_string()),
            ("DATABASE_URL", databases.main_url()),
            ("KEPT_KEYRING_URL", databases.keyring_url()),
            ("KEPT_INSTALL_KEYS_URL", sandbox.install_keys_url()),
            ("KEPT_HOSTS", format!("*.atlassian.net,{}", sandbox.url())),
            ("KEPT_POLICY", concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.toml").to_owned()),
            ("KEPT_LOG_FORMAT", "json".to_owned()),
        ];
        Self(values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    /// A command of `kept` in this environment. It runs in the test's folder, so that no `.env` of a developer is read.
    pub fn command(&self, databases: &TestDatabases, arguments: &[&str]) -> Command {
        self.wrap(databases, &[], arguments)
    }

    /// The same, run under another program (`strace …`).
    pub fn wrap(&self, databases: &TestDatabases, wrapper: &[&str], arguments: &[&str]) -> Command {
        let kept = env!("CARGO_BIN_EXE_kept");
        let words: Vec<&str> =
            wrapper.iter().copied().chain([kept]).chain(arguments.iter().copied()).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env_clear().env("PATH", "/usr/local/bin:/usr/bin:/bin").envs(&self.0);
        command.current_dir(databases.dir());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, databases: &TestDatabases, arguments: &[&str]) -> Output {
        self.command(databases, arguments).output().unwrap()
    }
}

/// A running `kept serve`. Killed when dropped.
pub struct Serving {
    child: Child,
    pub url: String,
}

impl Serving {
    /// Starts the command and waits until it says on which port it serves.
    pub fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            serde_json::from_str::<serde_json::Value>(&line).ok()?["fields"]["port"].as_u64()
        });
        // Nobody reads the rest, but a full pipe would stop the service.
        std::thread::spawn(move || lines.for_each(drop));
        let port = port.expect("kept serve says its port");
        Self { child, url: format!("http://127.0.0.1:{port}") }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`: no shutdown, no last words.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
