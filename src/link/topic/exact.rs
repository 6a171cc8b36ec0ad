//! Logarithm and exponential from operations whose results IEEE 754 fixes, so that a likelihood is the same on every
//! machine.

use std::f64::consts::{LN_2, SQRT_2};

const MANTISSA: u64 = (1 << 52) - 1;
const BIAS: i64 = 1023;

/// The natural logarithm of a positive, normal number: that of its power of two, and the series of the inverse hyperbolic
/// tangent for the rest.
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut power = (bits >> 52) as i64 - BIAS;
    let mut rest = f64::from_bits((bits & MANTISSA) | (BIAS as u64) << 52);
    if rest > SQRT_2 {
        rest /= 2.0;
        power += 1;
    }
    let s = (rest - 1.0) / (rest + 1.0);
    let sum = (0..12).rev().fold(0.0, |sum, k| sum * s * s + 1.0 / f64::from(2 * k + 1));
    power as f64 * LN_2 + 2.0 * s * sum
}

/// The exponential of a number from -700 to 700, others taken as the nearest of these: a power of two times Taylor's series.
pub(super) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let power = (x / LN_2).round();
    let rest = x - power * LN_2;
    let series = (1..=16).rev().fold(1.0, |sum, k| 1.0 + sum * rest / f64::from(k));
    series * f64::from_bits(((power as i64 + BIAS) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_close_to_those_of_the_machine() {
        for step in 1..2000 {
            let x = f64::from(step) * 0.37;
            assert!((ln(x) - x.ln()).abs() < 1e-12, "{x}");
            for x in [x - 370.0, 370.0 - x] {
                assert!((exp(x) / x.exp() - 1.0).abs() < 1e-12, "{x}");
            }
        }
        assert_eq!((ln(1.0), exp(0.0)), (0.0, 1.0));
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }
}
