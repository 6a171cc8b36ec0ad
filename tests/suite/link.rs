//! The weave through the door: addresses, order, links, topics, related reading, drafts.

mod graph;
mod order;
mod route;
mod topic;
