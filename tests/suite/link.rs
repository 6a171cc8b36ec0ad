//! The weave through the door: addresses, order, links, topics, related reading, drafts.

mod auto_topic;
mod graph;
mod order;
mod related;
mod route;
mod topic;
