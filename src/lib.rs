//! Kept: a backend for Atlassian Cloud apps that keeps the promises of its vendor's privacy statement, and can prove it.
//!
//! The floors of the house, top down; an arrow runs down only:
//!
//! | floor | modules |
//! |---|---|
//! | commands | `main`, [`cli`], [`simulate`], [`prove_erasure`], `bench` |
//! | the application as a value | [`app`] |
//! | what is served, what works | [`routes`], [`admin`], [`jobs`] |
//! | answers and pages | [`api`], [`web`] |
//! | who is calling | [`auth`] |
//! | the domain | [`audit`], [`erasure`], [`moves`], [`operation`], [`product`], [`rights`], [`sinks`], [`staff`], [`support`], [`tenancy`], [`tickets`] |
//! | keys, Atlassian's wire, and mail | [`vault`], [`connect`], [`mail`] |
//! | all SQL, and the policy as data | [`db`], [`policy`] |
//! | ground | [`config`], [`error`], [`clock`], [`http`], [`metrics`], [`openapi`], [`telemetry`], [`urls`] |
//!
//! `docs/ARCHITECTURE.md` has the rules that must never be broken, and walks through one page load and one uninstall.

pub mod admin;
pub mod api;
pub mod app;
pub mod audit;
pub mod auth;
#[cfg(feature = "sandbox")]
pub mod bench;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connect;
pub mod db;
pub mod erasure;
pub mod error;
pub mod http;
pub mod jobs;
pub mod mail;
pub mod metrics;
pub mod moves;
pub mod openapi;
pub mod operation;
pub mod policy;
pub mod product;
pub mod prove_erasure;
pub mod rights;
pub mod routes;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod simulate;
pub mod sinks;
pub mod staff;
pub mod support;
pub mod telemetry;
pub mod tenancy;
pub mod tickets;
pub mod urls;
pub mod vault;
pub mod web;
