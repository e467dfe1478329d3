// Command generate writes the sample files of the examples: a falling spectrum, the same spectrum
// with a narrow bump of a few events, other samples of it, and the files of the guides to your own
// data and for physicists. From the root of the repository:
//
//	go run ./examples/generate
package main

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// The spectrum is an exponential between two limits; the bump is Gaussian. All masses are in GeV.
const (
	referenceRows = 8000
	dataRows      = 1000
	bumpRows      = 24

	lowest    = 50.0
	highest   = 170.0
	slope     = 25.0
	bumpMean  = 125.0
	bumpWidth = 1.5
)

func main() {
	for name, text := range files() {
		if err := os.WriteFile(filepath.Join("examples", name), text, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, "generate:", err)
			os.Exit(1)
		}
	}
}

// files returns the sample files by name. They are the same in every call: the random stream has a
// fixed seed.
func files() map[string][]byte {
	random := rand.New(rand.NewPCG(125, 5))
	reference := bytes.NewBufferString("mass\n")
	for range referenceRows {
		fmt.Fprintf(reference, "%.6f\n", background(random))
	}
	data, truth := bytes.NewBufferString("mass\n"), bytes.NewBufferString("origin\n")
	bump := map[int]bool{}
	for _, row := range random.Perm(dataRows)[:bumpRows] {
		bump[row] = true
	}
	for row := range dataRows {
		mass, origin := background(random), "background"
		if bump[row] {
			mass, origin = bumpMean+bumpWidth*random.NormFloat64(), "bump"
		}
		fmt.Fprintf(data, "%.6f\n", mass)
		fmt.Fprintln(truth, origin)
	}
	all := guideFiles()
	maps.Copy(all, spectra())
	maps.Copy(all, physics())
	all["reference.csv"], all["data.csv"], all["truth.csv"] = reference.Bytes(), data.Bytes(),
		truth.Bytes()
	return all
}

// background draws the mass of an event of the spectrum without the bump.
func background(random *rand.Rand) float64 {
	for {
		if mass := lowest + slope*random.ExpFloat64(); mass < highest {
			return mass
		}
	}
}
