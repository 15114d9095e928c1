//! Pages, their assets, and what every answer has in common.

pub mod access;
pub mod assets;
pub mod finish;
pub mod pages;
