package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
)

// The samples of docs/guide/read-findings.md, each of dataRows rows of the spectrum.
const (
	smallBumpRows = 20   // of the second bump of two.csv
	smallBumpMean = 95.0 // with bumpWidth
	gapFrom       = 60.0 // of the gap of gap.csv
	gapTo         = 64.0
	gapLeaves     = 0.3  // the share of the events in the gap that are seen
	steeper       = 21.0 // the slope of steep.csv
	repeats       = 8    // of one event of repeats.csv
)

// spectra returns further samples of the spectrum by name.
func spectra() map[string][]byte {
	random := rand.New(rand.NewPCG(16, 10))
	ordinary := func() float64 { return background(random) }
	bump := func(mean float64) func() float64 {
		return func() float64 { return mean + bumpWidth*random.NormFloat64() }
	}
	seen := func() float64 {
		for {
			mass := background(random)
			if mass < gapFrom || mass > gapTo || random.Float64() < gapLeaves {
				return mass
			}
		}
	}
	steep := func() float64 {
		for {
			if mass := lowest + steeper*random.ExpFloat64(); mass < highest {
				return mass
			}
		}
	}
	repeated := 88 + random.Float64()
	return map[string][]byte{
		"quiet.csv": spectrum(random, part{dataRows, ordinary}),
		"two.csv": spectrum(random, part{dataRows - bumpRows - smallBumpRows, ordinary},
			part{bumpRows, bump(bumpMean)}, part{smallBumpRows, bump(smallBumpMean)}),
		"gap.csv":   spectrum(random, part{dataRows, seen}),
		"steep.csv": spectrum(random, part{dataRows, steep}),
		"repeats.csv": spectrum(random, part{dataRows - repeats, ordinary},
			part{repeats, func() float64 { return repeated }}),
	}
}

// part is a number of rows and what draws them.
type part struct {
	rows int
	draw func() float64
}

// spectrum returns a table of the masses of all parts, in random order.
func spectrum(random *rand.Rand, parts ...part) []byte {
	var masses []float64
	for _, p := range parts {
		for range p.rows {
			masses = append(masses, p.draw())
		}
	}
	random.Shuffle(len(masses), func(i, j int) { masses[i], masses[j] = masses[j], masses[i] })
	b := bytes.NewBufferString("mass\n")
	for _, mass := range masses {
		fmt.Fprintf(b, "%.6f\n", mass)
	}
	return b.Bytes()
}
