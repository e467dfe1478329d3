package stats_test

import (
	"fmt"
	"log"
	"strings"

	"sparker/stats"
)

// Nineteen null toys over two scales, and an observation that stands out at the second one.
func ExampleCalibration() {
	var null [][]float64
	for b := range 19 {
		null = append(null, []float64{float64(b), float64(b * 7 % 19)})
	}
	calibration, err := stats.NewCalibration(null, stats.Mix)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range [][]float64{{9.5, 30}, {9.5, 3.5}} {
		s, err := calibration.Test(t)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("per scale %.2f, together p = %.2f, Z = %.2f (lower bound: %v)\n", s.ScaleP, s.P,
			s.Z, s.ZBound)
	}
	// Output:
	// per scale [0.50 0.05], together p = 0.10, Z = 1.28 (lower bound: false)
	// per scale [0.50 0.80], together p = 0.75, Z = -0.67 (lower bound: false)
}

// A null toy whose fit failed counts as more extreme than any observation.
func ExampleCalibrate() {
	null := []stats.NullToy{{Failed: true}}
	for b := range 98 {
		null = append(null, stats.NullToy{T: []float64{float64(b)}})
	}
	calibration, err := stats.Calibrate(null, 1, stats.Min)
	if err != nil {
		log.Fatal(err)
	}
	s, err := calibration.Test([]float64{1000})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("p = %.2f\n", s.P)
	for _, warning := range calibration.Warnings(0.05) {
		fmt.Println(strings.ReplaceAll(warning, ", ", ",\n  "))
	}
	// Output:
	// p = 0.02
	// 99 null toys: p cannot go below 0.01,
	//   and the rate of false alarms at alpha = 0.05 is uncertain by ±44%; 1900 toys make it ±10%
	// 1 of 99 null fits failed; they count as more extreme than any other
}

// Three of five rows score above all of nine calibration rows.
func ExampleRowScores() {
	s := stats.RowScores{
		Calibration: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9},
		Data:        []float64{20, 4.5, 30, 40, 0.5},
	}
	p := s.P()
	fmt.Printf("p %.1f\nq %.2f\n", p, stats.BenjaminiHochberg(p))
	fmt.Printf("rows that are not from the reference: at least %d\n", s.Novel(0.8))
	// Output:
	// p [0.1 0.6 0.1 0.1 1.0]
	// q [0.17 0.75 0.17 0.17 1.00]
	// rows that are not from the reference: at least 1
}
