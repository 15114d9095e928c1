//! Promises that are about the service as a whole: what is stored, what is shown and sent, how long it stays, and what is
//! left in the end. Each test bears the ids of what it proves; `policies/proofs.toml` says with which fault it must fail.

mod inventory;
mod pages;
mod periods;
mod residue;
mod sharing;
