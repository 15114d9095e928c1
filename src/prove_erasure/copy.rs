//! A copy of the main database from before the erasure, and what of it can still be opened.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::watch::{self, Watch};
use super::world::World;
use super::{COPY, Victim};
use crate::config::{DatabaseUrl, Reads};
use crate::db::{Db, Id, OpenOptions, Schema};
use crate::vault::Carved;

/// What was taken away before.
pub enum Copy {
    /// SQLite: its files, with the log that was not written back yet, as somebody would find them on a stolen disk.
    Files(PathBuf),
    /// PostgreSQL: every sealed value of the tenants that are looked at, read by a query.
    Values(Vec<Value>),
}

/// A sealed value in the copy. Whose it is, unless it is one of a tenant that stays.
pub struct Value {
    victim: Option<usize>,
    name: String,
    carved: Carved,
}

/// What came of trying every key on the copy.
#[derive(Debug, Default)]
pub struct Tried {
    pub keys: usize,
    pub values: usize,
    pub opened: Vec<String>,
    pub controls: usize,
    pub controls_opened: usize,
}

impl Copy {
    pub async fn take(
        world: &World,
        folder: &Path,
        victims: &[Victim],
        controls: &[Id],
    ) -> anyhow::Result<Self> {
        let DatabaseUrl::Sqlite(path) = world.services.main.url() else {
            return Ok(Self::Values(read(&world.services.main, victims, controls).await?));
        };
        let copy = folder.join(COPY);
        std::fs::create_dir(&copy).with_context(|| format!("cannot make {}", copy.display()))?;
        let name = path.file_name().unwrap_or_default();
        for end in ["", "-wal"] {
            let mut file = name.to_owned();
            file.push(end);
            let (from, to) = (path.with_file_name(&file), copy.join(&file));
            if from.is_file() {
                std::fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
            }
        }
        Ok(Self::Files(copy.join(name)))
    }

    /// What the copy is, in words.
    pub fn about(&self) -> &'static str {
        match self {
            Self::Files(_) => {
                "the files of the main database with its log, copied while nobody wrote, and opened as a database"
            }
            Self::Values(_) => {
                "every sealed value of the tenants that are looked at, read by queries into memory"
            }
        }
    }

    /// Tries every key that the keyring still holds on the copy, and on every value of the victims that was ever seen.
    pub async fn try_keys(
        &self,
        world: &World,
        watch: &Watch,
        victims: &[Victim],
        controls: &[Id],
    ) -> anyhow::Result<Tried> {
        let read_now;
        let values = match self {
            Self::Values(values) => values,
            Self::Files(path) => {
                read_now = read(&open(path).await?, victims, controls).await?;
                &read_now
            }
        };
        let is_erased = |victim: Option<usize>| {
            victim.is_none_or(|victim| victims.get(victim).is_some_and(|victim| victim.is_gone))
        };
        let in_copy = values.iter().map(|value| (value.victim, value.name.clone(), value.carved.clone()));
        let seen =
            watch.carved(victims).into_iter().map(|(victim, name, carved)| (Some(victim), name, carved));
        let all: Vec<(Option<usize>, String, Carved)> =
            in_copy.chain(seen).filter(|(victim, _, _)| is_erased(*victim)).collect();
        let survey = world
            .services
            .vault
            .try_every_key(all.iter().map(|(_, _, carved)| carved.clone()).collect())
            .await?;
        let mut tried = Tried { keys: survey.keys, ..Tried::default() };
        for ((victim, name, _), opened_by) in all.iter().zip(survey.opened_by) {
            match victim.and_then(|victim| victims.get(victim)) {
                Some(victim) => {
                    tried.values += 1;
                    tried.opened.extend(
                        (opened_by > 0).then(|| format!("{} of the tenant that {}", name, victim.how)),
                    );
                }
                None => {
                    tried.controls += 1;
                    tried.controls_opened += usize::from(opened_by == 1);
                }
            }
        }
        Ok(tried)
    }
}

async fn open(path: &Path) -> anyhow::Result<Db> {
    let url = DatabaseUrl::Sqlite(path.to_owned());
    let opened = tokio::task::spawn_blocking(move || {
        Db::open(
            &url,
            &OpenOptions {
                schema: Schema::Main,
                pool: 1,
                reads: Reads::default(),
                create_in: None,
                migrate: false,
            },
        )
    });
    opened.await.context("opening the copy panicked")?.context("the copy does not open as a database")
}

async fn read(db: &Db, victims: &[Victim], controls: &[Id]) -> anyhow::Result<Vec<Value>> {
    let mut values = Vec::new();
    let victims = victims.iter().enumerate().map(|(number, victim)| (Some(number), victim.tenant));
    let controls = controls.iter().map(|tenant| (None, *tenant));
    for (victim, owner) in victims.chain(controls) {
        let before = values.len();
        for column in watch::sealed_columns()? {
            let Some(label) = column.label else { continue };
            for (record, sealed) in column.of(db, owner).await? {
                // A secret has a key of its own, and a former one's may go while we look.
                let is_control_secret = victim.is_none() && column.place.record != "id";
                if !is_control_secret {
                    let carved = Carved { label, owner, record, sealed };
                    values.push(Value { victim, name: column.name(), carved });
                }
            }
        }
        if values.len() == before {
            bail!("the copy holds nothing of a tenant that it should hold");
        }
    }
    Ok(values)
}
