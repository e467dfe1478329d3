package plotstest

import (
	"math"
	"strings"

	"sparker/results"
)

// Contest compares eighteen methods and two scans on thirteen anomalies, without a regret. Each
// anomaly has the given N_S or, if there are none, an N_S of its own. Methods for one dimension
// lack the anomalies in several dimensions, and scans those that are not a bump.
func Contest(signals ...float64) results.Comparison {
	methods := []string{"sparker", "falkon", "falkon_multi", "mmd", "mmd_landmarks", "energy",
		"mmdagg", "mmdfuse", "c2st", "knn", "mahalanobis", "sliced",
		"ks", "ad", "cvm", "binned", "ed_sliced", "nplm", "scan", "multiscan"}
	anomalies := []string{"tail", "bulk", "nonres", "wide", "scale", "hole", "bump and hole",
		"2-D narrow", "2-D bump", "2-D two bumps", "2-D four bumps", "16-D", "64-D"}
	strengths := []float64{10, 65, 80, 30, 2000, 65, 46, 13, 38, 56, 80, 12, 12}
	c := results.Comparison{By: []string{"test.method"}, Alpha: 0.05, Warnings: []string{}}
	r := Source(7)
	for j, anomaly := range anomalies {
		at := signals
		if len(at) == 0 {
			at = strengths[j : j+1]
		}
		g := results.ComparisonGroup{Common: []results.ArmRecord{{Axis: "anomaly", Label: anomaly}}}
		for i, method := range methods {
			scan := strings.HasSuffix(method, "scan")
			if i >= 12 && i < 16 && j >= 7 || scan && (j == 2 || j == 4 || j == 6 || j == 9 ||
				j == 10) {
				continue
			}
			ease := math.Min(0.97, 0.75*math.Exp(-0.09*float64(i))*(0.5+0.8*r.Float64()))
			if scan {
				ease = 0.6 + 0.35*r.Float64()
			}
			seconds := 0.0003 * math.Pow(10, 3.5*r.Float64())
			cell := Cell(100*i+j, 1, g.Common[0],
				results.ArmRecord{Axis: "test.method", Label: method})
			cell.Method, cell.Points = method, append(cell.Points[:1], rising(at, ease)...)
			g.Arms = append(g.Arms, results.ComparisonArm{Label: method, CellSummary: cell,
				Seconds: seconds, MedianSeconds: seconds})
		}
		g.Differences = differences(g.Arms, func(_, _ float64) float64 { return 0.06 })
		c.Groups = append(c.Groups, g)
	}
	return c
}

// rising are points whose powers rise evenly to ease, from 300 toys each.
func rising(signals []float64, ease float64) (points []results.Point) {
	for k, signal := range signals {
		oracle := 0.98
		rejected := int(300 * ease * float64(k+1) / float64(len(signals)))
		points = append(points, Point(results.Point{Signal: signal, Toys: 300, Rejected: rejected,
			Oracle: &oracle}))
	}
	return points
}
