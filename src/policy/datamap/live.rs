//! The map beside a database as it stands.
