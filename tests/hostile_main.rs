//! Bad input and killed builds. For now a binary of its own.

#[path = "suite/hostile.rs"]
mod hostile;
#[path = "suite/killed.rs"]
mod killed;
