package findings

import (
	"fmt"
	"testing"
	"time"

	"sparker/internal/rng"
	"sparker/twosample"
)

// BenchmarkPlaces times what null toys pay for p_place: fits of the recipe lead with their places
// and extremes, and the same fits without. The metric is the extra time relative to that of a fit
// without, of the fastest of each. It must stay below 0.05.
func BenchmarkPlaces(b *testing.B) {
	for _, n := range []struct{ reference, data, d int }{{2000, 200, 1}, {20000, 2000, 2},
		{5000, 500, 16}} {
		b.Run(fmt.Sprintf("N=%d+%d/d=%d", n.reference, n.data, n.d), func(b *testing.B) {
			pair := planted(rng.New(8, "places"), rowCounts{n.data, n.reference, 0}, 1,
				make([]float64, n.d))
			recipe := twosample.Lead()
			s := twosample.Setup{Model: recipe.Model, Loss: recipe.Loss, Train: recipe.Train,
				Statistics: recipe.Statistics, Dim: n.d}
			s.Train.Width.Start, s.Train.Width.End, s.Train.Width.EndFactor = 8, 0.2, 1
			without, err := twosample.NewSparKer(s)
			if err != nil {
				b.Fatal(err)
			}
			s.Places = true
			with, err := twosample.NewSparKer(s)
			if err != nil {
				b.Fatal(err)
			}
			fit := func(test *twosample.SparKer, places bool) time.Duration {
				start := time.Now()
				fit, err := test.Fit(pair, rng.New(1, "fit"))
				if err != nil || (FindExtremes(pair, fit) != nil) != places {
					b.Fatalf("the fit has places: %v; %v", !places, err)
				}
				return time.Since(start)
			}
			plain, placed := fit(without, false), fit(with, true)
			for b.Loop() {
				plain, placed = min(plain, fit(without, false)), min(placed, fit(with, true))
			}
			b.ReportMetric(placed.Seconds()/plain.Seconds()-1, "share")
		})
	}
}
