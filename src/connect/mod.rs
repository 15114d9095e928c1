//! Atlassian's wire: what a Connect host sends, and what it expects to be sent (connect.md).
pub mod qsh;
