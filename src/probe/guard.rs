//! Which addresses are not asked: those of private networks, of the local link and of this machine.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Finds the addresses of a name, and lets through those that may be asked. The connection goes to what came through, so
/// that a name which answers otherwise the next time is of no use.
#[derive(Debug)]
pub(super) struct Guard<R> {
    pub(super) allows_private: bool,
    /// Who finds them.
    pub(super) inner: R,
}

impl<R: Resolver> Resolver for Guard<R> {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.inner.resolve(uri, config, timeout)?;
        if self.allows_private {
            return Ok(all);
        }
        let mut public = self.empty();
        all.iter().filter(|address| !is_private(address.ip())).for_each(|address| public.push(*address));
        match public.is_empty() {
            true => Err(ureq::Error::Io(io::Error::other(IsPrivate))),
            false => Ok(public),
        }
    }
}

/// A name that comes to private addresses alone.
#[derive(Debug)]
pub(super) struct IsPrivate;

impl fmt::Display for IsPrivate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the address is private")
    }
}

impl std::error::Error for IsPrivate {}

/// Whether an address is not on the public internet: the special registries of RFC 6890, and what IPv6 wraps IPv4 in.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => is_private_v6(address),
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || matches!(
            (a, b, c),
            (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18..=19, _) | (240..=255, ..)
        )
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let last = || Ipv4Addr::from([(parts[6] >> 8) as u8, parts[6] as u8, (parts[7] >> 8) as u8, parts[7] as u8]);
    match parts {
        // The unspecified address, loopback, and IPv4 in the old form; IPv4 in the new one, and translated.
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => true,
        [0, 0, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => is_private_v4(last()),
        [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, ..] => true,
        // 6to4 and Teredo.
        [0x2002, high, low, ..] => {
            is_private_v4(Ipv4Addr::from([(high >> 8) as u8, high as u8, (low >> 8) as u8, low as u8]))
        }
        [0x2001, 0, ..] | [0x2001, 0xdb8, ..] | [0x100, 0, 0, 0, ..] => true,
        // Unique local, link local, site local, multicast.
        [0xfc00..=0xfdff, ..] | [0xfe80..=0xffff, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known_in_every_dress() {
        for private in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:c0a8:101::",
            "2001:0:4136:e378::",
            "2001:db8::1",
            "fec0::1",
            "::ffff:0:7f00:1",
        ] {
            assert!(is_private(private.parse().expect("an address")), "{private}");
        }
        for public in [
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "198.20.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ] {
            assert!(!is_private(public.parse().expect("an address")), "{public}");
        }
    }
}
