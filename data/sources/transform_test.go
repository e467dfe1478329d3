package sources

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// The covariance of whitened reference rows is the unit matrix. Principal components preserve
// distances.
func TestTransforms(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"pca", "whiten"} {
		reference := FileSet{File: writeTable(t, "r.csv", 0, 300)}
		plain := mustOpen(t, filesConfig(Files{Reference: null(reference)}))
		p := mustOpen(t, filesConfig(Files{Reference: null(reference),
			Transform: Transform{Kind: kind}}))
		before, _ := plain.Draw(rand.New(rand.NewPCG(4, 4)), 0)
		after, _ := p.Draw(rand.New(rand.NewPCG(4, 4)), 0)
		if kind == "pca" {
			distance := func(s data.Sample) float64 {
				return math.Hypot(s.X[0]-s.X[2], s.X[1]-s.X[3])
			}
			if a, b := distance(before.Data), distance(after.Data); math.Abs(a-b) > 1e-9*a {
				t.Errorf("the distance of two rows was %v and is %v", a, b)
			}
			continue
		}
		all := p.reference.sample()
		var xx, xy, yy float64
		for i := range all.N {
			r := all.Row(i)
			xx, xy, yy = xx+r[0]*r[0], xy+r[0]*r[1], yy+r[1]*r[1]
		}
		for _, c := range []struct{ got, want float64 }{{xx / 149, 1}, {xy / 149, 0},
			{yy / 149, 1}} {
			if math.Abs(c.got-c.want) > 1e-9 {
				t.Errorf("covariance %v, %v, %v", xx/149, xy/149, yy/149)
			}
		}
	}
	// The logarithm of a column, other names, and rows of unit length.
	p := mustOpen(t, filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "r.csv", 1,
		300)}),
		Log: []string{"x"}, Names: []string{"x", "why"}, Rows: "unit"}))
	if got := p.Columns(); !slices.Equal(got, []string{"log x", "why"}) {
		t.Errorf("columns %q", got)
	}
	for i := range 10 {
		if r := p.background.sample().Row(i); math.Abs(math.Hypot(r[0], r[1])-1) > 1e-12 {
			t.Errorf("row %v is not of unit length", r)
		}
	}
}
