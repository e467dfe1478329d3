package tables

import "time"

const secondsPerDay = 24 * 60 * 60

// daysOf returns a time in days since 1970-01-01 00:00 UTC.
func daysOf(t time.Time) float64 {
	return float64(t.Unix())/secondsPerDay + float64(t.Nanosecond())/(secondsPerDay*1e9)
}

// timeText writes a time as a person would: without the time of day if that is midnight.
func timeText(t time.Time) string {
	if t.Unix()%secondsPerDay == 0 && t.Nanosecond() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04:05.999999999")
}

// timeNotes returns the notes for columns that were read as days: points in time, and durations or
// times of day.
func timeNotes(times, spans []string) []string {
	var notes []string
	if len(times) > 0 {
		notes = append(notes, "dates and times were read as days since 1970-01-01 UTC: "+
			listed(times))
	}
	if len(spans) > 0 {
		notes = append(notes, "durations and times of day were read as days: "+listed(spans))
	}
	return notes
}
