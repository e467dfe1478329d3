package stats_test

import (
	"fmt"

	"sparker/stats"
)

// The largest significances that a search finds at two scales, among those of 39 null toys.
func ExampleSearch() {
	var null []stats.NullToy
	for b := range 39 {
		null = append(null, stats.NullToy{T: []float64{float64(b%13) / 4, float64(b%7) / 4}})
	}
	search, err := stats.NewSearch(null, 2)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, z := range [][]float64{{1.2, 2.9}, {2.1, 0.3}} {
		found, err := search.Test(z)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("at scale %d: p = %.3f\n", found.Column+1, found.P)
	}
	// Output:
	// at scale 2: p = 0.025
	// at scale 1: p = 0.550
}

// The 90% interval of an excess of 12 events over 40 reference rows of weight 0.1.
func ExampleOnOffCount_Excess() {
	c := stats.OnOffCount{On: 12, Off: 40, Weight: 0.1}
	fmt.Printf("%.1f events, from %.1f to %.1f\n", c.On-c.Weight*c.Off, c.Excess(1.645),
		c.Excess(-1.645))
	// Output:
	// 8.0 events, from 3.0 to 14.7
}
