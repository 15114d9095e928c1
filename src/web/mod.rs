//! Pages, their assets, and what every answer has in common.

pub mod access;
pub mod assets;
mod coding;
pub mod console;
pub mod erasure;
mod error_page;
pub mod finish;
pub mod pages;
pub mod public;
pub mod security_txt;
pub mod statement;
pub mod status;
