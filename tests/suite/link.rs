//! The weave through the door.
use crate::site::Site;

#[test]
fn try_out() {
    let mut site = Site::new("
[topics.tools]
title = \"Tools\"
-- content/a.md --
+++
extra = { x = [1, \"a & b\"] }
cards = [{ title = \"X\" }]
topics = [\"tools\"]
+++
See [b](b.md#y).

## Z {topics=\"tools\"}

zz
-- content/s/b.md --
## X
x
### Y
[a](../a.md)
-- content/b.md --
b
");
    site.build();
    for (path, bytes) in site.output() { eprintln!("=== {path}\n{}", String::from_utf8_lossy(&bytes)); }
    site.warns(["broken-anchor"]).same_as_cold();
}
