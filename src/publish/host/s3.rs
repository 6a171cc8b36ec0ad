//! `s3-website.json`, which `aws s3api put-bucket-website` reads: the pages of a bucket that is served as a website, and its
//! routing rules (Amazon S3 User Guide, "Configuring a webpage redirect").

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::publish::host::Told;

/// So many rules a bucket has at most.
const MOST: usize = 50;

/// A rule is for all names that begin alike, so there is none for an address that other pages live below. Those, and what is
/// too many, lead on by what stands there.
pub(super) fn file(told: &Told) -> String {
    let mut redirects: Vec<(&String, &String)> = told.redirects.iter().collect();
    redirects.retain(|(from, _)| !told.parents.contains(*from));
    // The first that fits is taken.
    redirects.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    let name = |address: &str| percent_decode_str(address.trim_start_matches('/')).decode_utf8_lossy().into_owned();
    let rule = |(from, to): (&String, &String)| {
        json!({
            "Condition": { "KeyPrefixEquals": name(from) },
            "Redirect": { "ReplaceKeyWith": name(to), "HttpRedirectCode": "301" },
        })
    };
    let rules: Vec<Value> = redirects.into_iter().take(MOST).map(rule).collect();
    let mut website = json!({ "IndexDocument": { "Suffix": "index.html" } });
    if told.has_lost {
        website["ErrorDocument"] = json!({ "Key": name(&format!("{}404.html", told.base)) });
    }
    if !rules.is_empty() {
        website["RoutingRules"] = rules.into();
    }
    format!("{website:#}\n")
}
