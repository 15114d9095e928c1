//! A place to run commands in, with settings that can be changed one by one.

use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;

use kept::sandbox::Sandbox;

use super::TestDatabases;
use super::process::{self, Environment, Serving};

/// Databases, a sandbox and the settings for commands.
#[derive(Clone)]
pub struct Place {
    pub databases: Arc<TestDatabases>,
    pub sandbox: Sandbox,
    pub environment: Environment,
}

impl Place {
    pub async fn new() -> Self {
        Self::on(TestDatabases::fresh()).await
    }

    pub async fn on(databases: TestDatabases) -> Self {
        let sandbox = process::sandbox().await;
        let environment = Environment::new(&databases, &sandbox);
        Self { databases: databases.into(), sandbox, environment }
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        Self { environment: self.environment.clone().set(name, value), ..self.clone() }
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.environment.run(&self.databases, arguments)
    }

    pub fn serve(&self) -> Serving {
        Serving::start(self.environment.command(&self.databases, &["serve"]))
    }

    pub fn files(&self) -> Vec<PathBuf> {
        self.databases.files()
    }
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
