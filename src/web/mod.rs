//! Pages, their assets, and what every answer has in common.

pub mod access;
pub mod assets;
mod coding;
pub mod console;
pub mod description;
pub mod erasure;
mod error_page;
pub mod feed;
pub mod finish;
mod moved_link;
pub mod pages;
pub mod public;
pub mod security_txt;
pub mod statement;
pub mod status;
