//! The pipeline and its three memo points.

pub mod store;
