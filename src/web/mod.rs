//! Pages, their assets, and what every answer has in common.

pub mod assets;
pub mod erasure;
pub mod finish;
pub mod pages;
mod plain;
