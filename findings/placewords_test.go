package findings

import "testing"

func TestPlaceString(t *testing.T) {
	t.Parallel()
	mass := Feature{Name: "mass", Mean: 125.13, Bulk: 2.3}
	place := Place{Number: 1, Kind: KindExcess, Z: 6.1, Data: 27.7, Expected: 7.25, Excess: 20.45,
		Sigma: 0.0693, P: new(0.01), Bulk: []Feature{mass},
		Interval: &ExcessInterval{Low: new(5.72), High: new(28.6), Level: 0.9},
		Nearest:  []Member{{Row: 180}, {Row: 289, ID: "b"}, {Row: 22}, {Row: 832}, {Row: 1}}}
	deficit := place
	deficit.Kind, deficit.Data, deficit.Expected, deficit.Excess = KindDeficit, 2, 10, -8
	deficit.Interval = &ExcessInterval{Low: new(-12.0), High: new(-3.0), Level: 0.9}
	local := place
	local.P, local.Interval, local.Nearest, local.Bulk = nil, nil, nil, nil
	few := place
	few.Interval = &ExcessInterval{High: new(28.6), Level: 0.9}
	few.Nearest = few.Nearest[:2]
	few.Bulk = []Feature{{Name: "pay=card", Mean: 0.033, ReferenceMean: 0.614, Indicator: true},
		mass}
	for want, p := range map[string]Place{
		"an excess of 20.4 rows (90% interval 5.7 to 28.6): 27.7 where 7.2 are expected, near " +
			"mass = 125.1 (sigma 0.0693); p_place = 0.01; rows 180, b, 22, 832, ...": place,
		"a deficit of 8.0 rows (90% interval 3.0 to 12.0): 2.0 where 10.0 are expected, near " +
			"mass = 125.1 (sigma 0.0693); p_place = 0.01; rows 180, b, 22, 832, ...": deficit,
		"an excess of 20.4 rows: 27.7 where 7.2 are expected (sigma 0.0693); local Z = 6.1, not " +
			"corrected for the search": local,
		"an excess of 20.4 rows (at most 28.6): 27.7 where 7.2 are expected, near pay=card 3.3% " +
			"(expected 61%), mass = 125.1 (sigma 0.0693); p_place = 0.01; rows 180, b": few,
	} {
		if got := p.String(); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

// A column of 0 and 1 shows the shares of its rows, and any other the distance of the means.
func TestDifference(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]Feature{
		"pay=wallet 12% (expected <0.1%)": {Name: "pay=wallet", Mean: 0.12, ReferenceMean: 0.0004,
			Indicator: true},
		"flag 100% (expected 0%)": {Name: "flag", Mean: 1 + 1e-15, Indicator: true},
		"mass +1.3 sd":            {Name: "mass", Mean: 7, Bulk: 1.34},
	} {
		if got := f.Difference(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
