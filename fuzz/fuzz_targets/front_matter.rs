#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| docweave_fuzz::front(bytes));
