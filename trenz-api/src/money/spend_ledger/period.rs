//! The periods of budgets, in UTC.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
pub(super) const DAY: i64 = 24 * HOUR;
/// The first day of the epoch was a Thursday.
const FIRST_MONDAY: i64 = 4 * DAY;

/// The period of a [`NamedBudget`](crate::NamedBudget). Each period starts with all of the budget's coins.
///
/// Periods are in UTC. An attempt belongs to the period in which it was reserved, whenever its response comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Period {
    /// A clock hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday.
    Week,
    /// A calendar month.
    Month,
    /// Any other period of at least a millisecond, counted from January 1, 1970.
    Every(Duration),
    /// Forever: there is only one period.
    #[default]
    Lifetime,
}

/// As the ledger has it: `day`, or `90000 ms`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Period {
    /// When the period that contains `now` started; both in Unix milliseconds.
    pub(super) fn start(self, now: i64) -> i64 {
        let floor = |length: i64, from: i64| {
            let past = now.saturating_sub(from).checked_rem_euclid(length).unwrap_or(0);
            now.saturating_sub(past)
        };
        match self {
            Self::Hour => floor(HOUR, 0),
            Self::Day => floor(DAY, 0),
            Self::Week => floor(DAY.saturating_mul(7), FIRST_MONDAY),
            Self::Month => {
                let day = floor(DAY, 0);
                let (.., of_month) = civil_date(day.checked_div(DAY).unwrap_or(0));
                day.saturating_sub(of_month.saturating_sub(1).saturating_mul(DAY))
            }
            Self::Every(length) => {
                floor(i64::try_from(length.as_millis()).unwrap_or(i64::MAX).max(1), 0)
            }
            Self::Lifetime => 0,
        }
    }

    /// The period as the ledger stores it.
    pub(super) fn text(self) -> String {
        match self {
            Self::Hour => "hour".to_owned(),
            Self::Day => "day".to_owned(),
            Self::Week => "week".to_owned(),
            Self::Month => "month".to_owned(),
            Self::Every(length) => format!("{} ms", length.as_millis()),
            Self::Lifetime => "lifetime".to_owned(),
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        match text {
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            other => other
                .strip_suffix(" ms")
                .and_then(|millis| millis.parse().ok())
                .map_or(Self::Lifetime, |millis| Self::Every(Duration::from_millis(millis))),
        }
    }
}

/// The year, month and day of the month of a day since the epoch.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "days of an i64 of milliseconds, divided by constants"
)]
pub(super) fn civil_date(days: i64) -> (i64, i64, i64) {
    // Howard Hinnant's civil_from_days: eras of 400 years that begin on March 1.
    let from_march = days + 719_468;
    let day_of_era = from_march.rem_euclid(146_097);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let from_march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march_month + 2) / 5 + 1;
    let month = if from_march_month < 10 { from_march_month + 3 } else { from_march_month - 9 };
    let year = year + from_march.div_euclid(146_097) * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-02-29T13:45:30Z, a Thursday in a leap year.
    const LEAP: i64 = 1_709_214_330_000;

    #[test]
    fn periods_begin_in_utc() {
        for (period, start) in [
            (Period::Hour, 1_709_211_600_000),
            (Period::Day, 1_709_164_800_000),
            (Period::Week, 1_708_905_600_000),
            (Period::Month, 1_706_745_600_000),
            (Period::Every(Duration::from_secs(7)), 1_709_214_325_000),
            (Period::Lifetime, 0),
        ] {
            assert_eq!(period.start(LEAP), start, "{period:?}");
            assert_eq!(period.start(start), start, "{period:?}");
            assert_eq!(Period::parse(&period.text()), period);
        }
        assert_eq!(Period::Month.start(1_709_251_200_000), 1_709_251_200_000);
        assert_eq!(Period::Month.start(-1), -31 * DAY);
        for (days, date) in [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (19_782, (2024, 2, 29)),
            (19_783, (2024, 3, 1)),
        ] {
            assert_eq!(civil_date(days), date, "{days}");
        }
    }
}
