//! One binary of integration tests. Each test starts the real service on port 0, with databases of its own; the product
//! is played by the sandbox over real HTTP. `KEPT_TEST_POSTGRES_URL` makes the same tests run on PostgreSQL.

#[cfg(test)]
mod approval;
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
mod desk_refusals;
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
mod followers;
#[cfg(test)]
mod forge_daily;
#[cfg(test)]
mod forge_events;
#[cfg(test)]
mod forge_leaving;
#[cfg(test)]
mod forge_life;
#[cfg(test)]
mod forge_mapping;
#[cfg(test)]
mod forge_move;
#[cfg(test)]
mod forge_pages;
#[cfg(test)]
mod forge_people;
#[cfg(test)]
mod forge_story;
#[cfg(test)]
mod full_tickets;
#[cfg(test)]
mod house;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod known_problems;
#[cfg(test)]
mod leaving;
#[cfg(test)]
mod ledgers;
#[cfg(test)]
mod left_copies;
#[cfg(test)]
mod left_sites;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod links;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod mask_later;
#[cfg(test)]
mod metrics;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod openapi;
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
mod region_home;
#[cfg(test)]
mod region_load;
#[cfg(test)]
mod region_move;
#[cfg(test)]
mod region_move_kills;
#[cfg(test)]
mod region_plans;
#[cfg(test)]
mod region_size;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod reply_files;
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
mod reports_outages;
#[cfg(test)]
mod routes;
#[cfg(test)]
mod sealed;
#[cfg(test)]
mod search;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod simulate;
#[cfg(test)]
mod sink_mail;
#[cfg(test)]
mod sinks;
#[cfg(test)]
mod site_rules;
#[cfg(test)]
mod snooze;
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
