//! One binary of integration tests. Each test starts the real service on port 0, with databases of its own; the product
//! is played by the sandbox over real HTTP. `KEPT_TEST_POSTGRES_URL` makes the same tests run on PostgreSQL.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod audit;
#[cfg(test)]
mod brakes;
#[cfg(test)]
mod bundle;
#[cfg(test)]
mod cache;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod console;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod datamap;
#[cfg(test)]
mod due;
#[cfg(test)]
mod early_erasure;
#[cfg(test)]
mod erasure;
#[cfg(test)]
mod erasure_crash;
#[cfg(test)]
mod export;
#[cfg(test)]
mod farewell;
#[cfg(test)]
mod house;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod links;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod operation_data;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod operators;
#[cfg(test)]
mod orphans;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod people;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod policy_commands;
#[cfg(test)]
mod presets;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod processors;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod prove_erasure;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod races;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod records;
#[cfg(test)]
mod redaction;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod reports;
#[cfg(test)]
mod reports_address;
#[cfg(test)]
mod reports_attacks;
#[cfg(test)]
mod reports_crash;
#[cfg(test)]
mod reports_kills;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod simulate;
#[cfg(test)]
mod sink_mail;
#[cfg(test)]
mod sinks;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod starts;
#[cfg(test)]
mod statement;
#[cfg(test)]
mod storage;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod summary;
#[cfg(test)]
mod support;
#[cfg(test)]
mod sweeper;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod usage;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod whole_run;
#[cfg(test)]
mod writer;
