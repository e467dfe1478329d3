package analysis

import (
	"slices"
	"testing"
	"time"

	"sparker/results"
)

// What a run lacks is counted by cell and kind. Toys that cells share are counted once in the sum.
func TestMissing(t *testing.T) {
	t.Parallel()
	v, err := Open(madeRun(t, 25)) // of 19 and 29 null toys, two cells each
	if err != nil {
		t.Fatal(err)
	}
	m := v.Missing()
	if m.Toys != 4 || m.Wanted != 29+8 || m.AtMost {
		t.Errorf("%+v; want 4 of 37 toys", m)
	}
	want := []MissingKind{{Hypothesis: results.Null, Toys: 4, Wanted: 29}}
	var cells []int
	for _, c := range m.Cells {
		cells = append(cells, c.Cell)
		if !slices.Equal(c.Kinds, want) || len(c.Arms) != 2 {
			t.Errorf("cell %d: %+v", c.Cell, c)
		}
	}
	if !slices.Equal(cells, []int{3, 4}) {
		t.Errorf("cells %v lack toys, want 3 and 4", cells)
	}
}

func TestMissingKinds(t *testing.T) {
	t.Parallel()
	for want, k := range map[string]MissingKind{
		"3 of 20 null toys":      {Hypothesis: results.Null, Toys: 3, Wanted: 20},
		"all 5 toys at N_S = 10": {results.Alternative, 10, 5, 5},
		"the observed sample":    {Hypothesis: results.Observed, Toys: 1, Wanted: 1},
	} {
		if got := k.String(); got != want {
			t.Errorf("%+v is %q, want %q", k, got, want)
		}
	}
}

// The parts of a run are those of the dealing of which the fewest lack toys.
func TestParts(t *testing.T) {
	t.Parallel()
	v, err := Open(madeRun(t, 28)) // one null toy is missing
	if err != nil {
		t.Fatal(err)
	}
	if parts := v.Parts([]results.Shard{{Number: 1, Count: 1, Host: "n"}}); parts != nil {
		t.Errorf("a run in one part has the parts %+v", parts)
	}
	parts := v.Parts([]results.Shard{{Number: 1, Count: 4, Host: "a"},
		{Number: 1, Count: 4, Host: "b"}, {Number: 3, Count: 4}, {Number: 2, Count: 5, Host: "a"}})
	if len(parts) != 4 {
		t.Fatalf("parts %+v; want 4, the first number of parts of which one lacks toys", parts)
	}
	toys, done, lacking := 0, 0, 0
	for i, p := range parts {
		toys, done = toys+p.Toys, done+p.Done
		if p.Done < p.Toys {
			lacking++
		}
		if p.Part != i+1 || p.Of != 4 {
			t.Errorf("part %d: %+v", i+1, p)
		}
	}
	if toys != 37 || done != 36 || lacking != 1 || !slices.Equal(parts[0].Hosts,
		[]string{"a", "b"}) || parts[2].Hosts != nil {
		t.Errorf("parts %+v", parts)
	}
}

// The end of a run is written once every toy is there, and only then.
func TestFinish(t *testing.T) {
	t.Parallel()
	at := time.Unix(1000, 0).UTC()
	for toys, want := range map[int]bool{28: false, 29: true} {
		store := madeRun(t, toys)
		v, err := Open(store)
		if err == nil {
			err = v.Finish(at)
		}
		if err != nil {
			t.Fatal(err)
		}
		again, err := results.Open(store.Dir())
		if err != nil {
			t.Fatal(err)
		}
		end := again.Manifest().Finished
		if got := end != nil && end.Equal(at); got != want || (v.Status().Finished != nil) != want {
			t.Errorf("%d null toys: the end is %v", toys, end)
		}
	}
}
