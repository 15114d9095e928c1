//! The `kept` program as a process of its own: for what a crash, a signal or another process does.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::JoinHandle;

use kept::clock::Clock;
use kept::sandbox::{Options, Sandbox};
use serde_json::Value;

use super::{TestDatabases, fault};

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/default.toml");

/// A sandbox that keeps the time of a process of its own.
pub async fn sandbox() -> Sandbox {
    let options = Options {
        listen: ([127, 0, 0, 1], 0).into(),
        smtp: ([127, 0, 0, 1], 0).into(),
        app_url: "http://127.0.0.1:9".into(),
        app_key: "kept".into(),
        clock: Clock::system(),
    };
    Sandbox::start(options).await.unwrap()
}

/// Environment of a process: nothing is inherited but the path.
#[derive(Clone)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    pub fn new(databases: &TestDatabases, sandbox: &Sandbox) -> Self {
        let data_dir = databases.dir().join("data");
        let values = [
            ("KEPT_LISTEN", "127.0.0.1:0".to_owned()),
            ("KEPT_ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
            ("KEPT_BASE_URL", "https://app.example.com".to_owned()),
            ("KEPT_DATA_DIR", data_dir.display().to_string()),
            ("DATABASE_URL", databases.main_url()),
            ("KEPT_KEYRING_URL", databases.keyring_url()),
            ("KEPT_INSTALL_KEYS_URL", sandbox.install_keys_url()),
            ("KEPT_HOSTS", format!("*.atlassian.net,{}", sandbox.url())),
            ("KEPT_FORGE_APP_ID", sandbox.forge_app_id()),
            ("KEPT_FORGE_JWKS_URL", sandbox.forge_jwks_url()),
            ("KEPT_FORGE_API_HOSTS", sandbox.url().to_owned()),
            ("KEPT_FORGE_ACCOUNTS_URL", sandbox.forge_accounts_url()),
            ("KEPT_POLICY", fault::policy(POLICY, databases.dir())),
            ("KEPT_SMTP_URL", sandbox.smtp_url()),
            ("KEPT_MAIL_FROM", "kept@example.com".to_owned()),
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

    /// Runs a command that succeeds; standard output is JSON and nothing else.
    pub fn json(&self, databases: &TestDatabases, arguments: &[&str]) -> Value {
        let output = self.run(databases, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// A running `kept serve` or `kept work`. Killed when dropped.
pub struct Serving {
    child: Child,
    pub url: String,
    /// Where its metrics are.
    pub admin_url: String,
    stderr: Option<JoinHandle<String>>,
}

/// How a process ended that was asked to.
pub struct Stopped {
    pub status: ExitStatus,
    /// Everything that it wrote on standard error.
    pub stderr: String,
}

impl Serving {
    /// Starts `kept serve` and waits until it says on which port it serves.
    pub fn start(command: Command) -> Self {
        Self::until(command, |fields| fields["port"].is_u64())
    }

    /// Starts a command and waits until it logs this message.
    pub fn start_until(command: Command, message: &str) -> Self {
        Self::until(command, |fields| fields["message"] == message)
    }

    fn until(mut command: Command, is_ready: impl Fn(&Value) -> bool) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let mut text = String::new();
        let ready = lines.by_ref().find_map(|line| {
            text.push_str(&line);
            text.push('\n');
            let fields = serde_json::from_str::<Value>(&line).ok()?["fields"].take();
            is_ready(&fields).then_some(fields)
        });
        let ready = ready.unwrap_or_else(|| panic!("kept ended instead of starting:\n{text}"));
        // A full pipe would stop the service.
        let rest = std::thread::spawn(move || lines.fold(text, |text, line| text + &line + "\n"));
        let [url, admin_url] = ["port", "admin_port"].map(|port| format!("http://127.0.0.1:{}", ready[port]));
        Self { child, url, admin_url, stderr: Some(rest) }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`: no shutdown, no last words.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: ends in its own time, with everything written.
    pub fn stop(self) -> Stopped {
        self.stop_with("TERM")
    }

    pub fn stop_with(mut self, signal: &str) -> Stopped {
        let sent = Command::new("kill").args(["-s", signal, &self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Stopped { status, stderr }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
