package main

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
)

// The samples of docs/guide/physics.md: events of two processes, A and B, with a mass and the
// cosine of an angle. Those of A fall with the slope of the spectrum, and those of B are flat.
const (
	simulatedA, simulatedB = 3000, 1200
	// steepness is the slope of the masses of A as they are simulated. Weights make up for it.
	steepness  = 35.0
	eventsOfA  = 60 // that the weights of A stand for, and that the data have
	eventsOfB  = 30
	eventsNear = 20 // of the bump
)

// physics returns the files of the guide by name.
func physics() map[string][]byte {
	random := rand.New(rand.NewPCG(15, 12))
	files := map[string][]byte{}
	a := bytes.NewBufferString("mass,cosine,weight\n")
	for range simulatedA {
		mass := lowest + steepness*random.ExpFloat64()
		weight := eventsOfA / float64(simulatedA) * steepness / slope *
			math.Exp((mass-lowest)*(1/steepness-1/slope))
		fmt.Fprintf(a, "%.4f,%.4f,%.6g\n", mass, cosine(random), weight)
	}
	b := bytes.NewBufferString("mass,cosine,weight\n")
	for range simulatedB {
		weight := 1
		if random.IntN(10) == 0 { // as next-to-leading-order generators have them
			weight = -1
		}
		fmt.Fprintf(b, "%.4f,%.4f,%d\n", flat(random), cosine(random), weight)
	}
	files["mc_a.csv"], files["mc_b.csv"] = a.Bytes(), b.Bytes()
	var lines []string
	for i := range eventsOfA + eventsOfB + eventsNear {
		mass := lowest + slope*random.ExpFloat64()
		switch {
		case i >= eventsOfA+eventsOfB:
			mass = bumpMean + bumpWidth*random.NormFloat64()
		case i >= eventsOfA:
			mass = flat(random)
		}
		lines = append(lines, fmt.Sprintf("%.4f,%.4f\n", mass, cosine(random)))
	}
	events := bytes.NewBufferString("mass,cosine\n")
	for _, i := range random.Perm(len(lines)) {
		events.WriteString(lines[i])
	}
	files["events.csv"] = events.Bytes()
	return files
}

func flat(random *rand.Rand) float64 { return lowest + (highest-lowest)*random.Float64() }

func cosine(random *rand.Rand) float64 { return 2*random.Float64() - 1 }
