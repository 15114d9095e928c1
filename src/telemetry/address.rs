//! The address of a caller: found behind our own proxies, and shortened before anything else happens to it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How many leading bits of an address may be written anywhere: the policy's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptBits {
    pub ipv4: u32,
    pub ipv6: u32,
}

/// The network that a caller is in, and nothing of the household in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortenedIp {
    network: IpAddr,
    bits: u32,
}

impl ShortenedIp {
    pub fn of(ip: IpAddr, kept: KeptBits) -> Self {
        match plain(ip) {
            IpAddr::V4(ip) => {
                let mask = u32::MAX.checked_shl(Ipv4Addr::BITS.saturating_sub(kept.ipv4)).unwrap_or(0);
                Self { network: Ipv4Addr::from_bits(ip.to_bits() & mask).into(), bits: kept.ipv4 }
            }
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(Ipv6Addr::BITS.saturating_sub(kept.ipv6)).unwrap_or(0);
                Self { network: Ipv6Addr::from_bits(ip.to_bits() & mask).into(), bits: kept.ipv6 }
            }
        }
    }
}

impl fmt::Display for ShortenedIp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.network, self.bits)
    }
}

/// An IPv4 address in the clothes of IPv6 as what it is: mapped (`::ffff:192.0.2.1`), or in the prefix of 6to4
/// (`2002:c000:201::`), whose first 48 bits would tell all of it.
fn plain(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(v6) if v6.segments()[0] == 0x2002 => {
            let [_, _, a, b, c, d, ..] = v6.octets();
            Ipv4Addr::new(a, b, c, d).into()
        }
        other => other,
    }
}

/// What a request says about where it came from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Route<'a> {
    /// Who connected to us.
    pub peer: Option<IpAddr>,
    /// The value of the `Forwarded` header (RFC 7239), all of its lines joined with commas.
    pub forwarded: Option<&'a str>,
    /// The value of the `X-Forwarded-For` header, in the same way.
    pub x_forwarded_for: Option<&'a str>,
}

/// The address of the client: the peer's, unless that is a proxy of ours. Then it is what the last of our proxies saw:
/// what stands before that was written by the client, who may write anything.
pub fn client(route: &Route<'_>, trusted: &[IpAddr]) -> Option<IpAddr> {
    let peer = route.peer?.to_canonical();
    if !is_trusted(peer, trusted) {
        return Some(peer);
    }
    let forwarded = route.forwarded.map(|header| {
        let hops = split(header, ',').into_iter().map(forwarded_for).collect();
        first_stranger(hops, trusted)
    });
    let x_forwarded_for = route.x_forwarded_for.map(|header| {
        let hops = header.split(',').map(node_address).collect();
        first_stranger(hops, trusted)
    });
    match (forwarded, x_forwarded_for) {
        (None, None) => Some(peer),
        (Some(found), None) | (None, Some(found)) => found,
        // Our proxies write one of them, and the client wrote the other: it is not known which.
        (Some(one), Some(other)) => one.filter(|_| one == other),
    }
}

fn is_trusted(ip: IpAddr, trusted: &[IpAddr]) -> bool {
    trusted.iter().any(|proxy| proxy.to_canonical() == ip)
}

/// From our side outwards, the first that is no proxy of ours. A proxy that does not say whom it saw hides the rest.
fn first_stranger(hops: Vec<Option<IpAddr>>, trusted: &[IpAddr]) -> Option<IpAddr> {
    let outwards = hops.iter().rev();
    let stranger = outwards.clone().find(|hop| hop.is_none_or(|ip| !is_trusted(ip, trusted)));
    *stranger.or(hops.first())?
}

/// `for=192.0.2.43;proto=https`, `For="[2001:db8::17]:4711"`; an obfuscated or unknown node is no address.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let pairs = split(element, ';');
    let mut pairs = pairs.into_iter().filter_map(|pair| pair.split_once('='));
    let (_, node) = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))?;
    node_address(node)
}

/// An address with or without a port, brackets and quotes.
fn node_address(node: &str) -> Option<IpAddr> {
    let node = node.trim().trim_matches('"');
    let host = match node.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        // An address of IPv6 has more than one colon and needs its brackets to have a port.
        None if node.matches(':').count() == 1 => node.split(':').next().unwrap_or_default(),
        None => node,
    };
    host.parse::<IpAddr>().ok().map(|ip| ip.to_canonical())
}

/// Splits where the separator is not inside quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    let is_end = |letter: char| {
        is_quoted ^= letter == '"';
        letter == separator && !is_quoted
    };
    text.split(is_end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shortened(ip: &str) -> String {
        ShortenedIp::of(ip.parse().unwrap(), KeptBits { ipv4: 24, ipv6: 48 }).to_string()
    }

    #[test]
    fn utilitas_15_an_address_is_shortened_whatever_it_is_dressed_as() {
        assert_eq!(shortened("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(shortened("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(shortened("2002:cb00:714d::1"), "203.0.113.0/24");
        assert_eq!(shortened("2001:db8:cafe:17:a:b:c:d"), "2001:db8:cafe::/48");
        assert_eq!(shortened("64:ff9b::203.0.113.77"), "64:ff9b::/48");
        assert_eq!(shortened("::1"), "::/48");
        let nothing = KeptBits { ipv4: 0, ipv6: 0 };
        assert_eq!(ShortenedIp::of("203.0.113.77".parse().unwrap(), nothing).to_string(), "0.0.0.0/0");
        assert_eq!(ShortenedIp::of("2001:db8::17".parse().unwrap(), nothing).to_string(), "::/0");
    }

    fn found(peer: &str, forwarded: Option<&str>, x_forwarded_for: Option<&str>) -> String {
        let trusted =
            ["10.0.0.1".parse().unwrap(), "::ffff:10.0.0.2".parse().unwrap(), "fd00::1".parse().unwrap()];
        let route = Route { peer: peer.parse().ok(), forwarded, x_forwarded_for };
        client(&route, &trusted).map_or_else(|| "-".to_owned(), |ip| ip.to_string())
    }

    #[test]
    fn a_stranger_is_believed_nothing_about_itself() {
        assert_eq!(found("198.51.100.9", Some("for=1.2.3.4"), Some("1.2.3.4")), "198.51.100.9");
        assert_eq!(found("", Some("for=1.2.3.4"), None), "-");
    }

    #[test]
    fn behind_our_proxies_the_last_stranger_counts() {
        for (header, ip) in [
            ("1.2.3.4, 198.51.100.9", "198.51.100.9"),
            ("1.2.3.4, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
            ("10.0.0.2", "10.0.0.2"),
            ("198.51.100.9:4711", "198.51.100.9"),
            ("2001:db8::17", "2001:db8::17"),
            ("[2001:db8::17]:4711", "2001:db8::17"),
            ("::ffff:198.51.100.9", "198.51.100.9"),
            ("1.2.3.4, unknown", "-"),
            ("", "-"),
        ] {
            assert_eq!(found("10.0.0.1", None, Some(header)), ip, "{header}");
        }
        assert_eq!(found("::ffff:10.0.0.1", None, Some("198.51.100.9")), "198.51.100.9");
        assert_eq!(found("10.0.0.1", None, None), "10.0.0.1");
    }

    #[test]
    fn the_header_of_rfc_7239_is_read_with_its_quotes() {
        for (header, ip) in [
            ("for=198.51.100.9;proto=https;by=203.0.113.43", "198.51.100.9"),
            ("for=1.2.3.4, For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=198.51.100.9, by=_x;for=10.0.0.2", "198.51.100.9"),
            ("by=\"a,for=1.2.3.4;\" ; for=\"198.51.100.9:80\"", "198.51.100.9"),
            ("for=1.2.3.4, for=_hidden", "-"),
            ("for=1.2.3.4, proto=https", "-"),
            ("for=\"198.51.100.9, for=1.2.3.4", "-"),
        ] {
            assert_eq!(found("fd00::1", Some(header), None), ip, "{header}");
        }
    }

    #[test]
    fn two_headers_that_disagree_are_not_believed() {
        assert_eq!(found("10.0.0.1", Some("for=1.2.3.4"), Some("198.51.100.9")), "-");
        assert_eq!(found("10.0.0.1", Some("for=198.51.100.9"), Some("198.51.100.9")), "198.51.100.9");
    }
}
