package report

import (
	"bytes"
	"fmt"
	"sync"
	"testing"

	"sparker/findings"
	"sparker/plots/plotstest"
	"sparker/results"
)

// written returns the page of some contents.
func written(t testing.TB, c Contents) []byte {
	t.Helper()
	var page bytes.Buffer
	if err := Write(&page, c); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

// madeTest returns the contents of a test of an observed sample with one place, in which every
// name and text is the one given.
func madeTest(text string) Contents {
	p, z := 0.002, 2.9
	summary := results.CellSummary{Cell: 1, Name: text, Method: "sparker", Combine: "mix",
		Alpha: 0.05, AlphaAttained: 0.049, AlphaError: 0.01, Null: results.NullSummary{Toys: 499},
		Observed: &results.ObservedSummary{Events: 1000, P: &p, Z: &z, T: []float64{7},
			ScaleP: []float64{0.01}, Status: results.StatusOK,
			Groups: []results.ObservedGroup{{Name: text, P: 0.002}}},
		Groups: []results.GroupRecord{{Name: text, Weight: 1, Combine: "mix", Scales: []int{0}}},
		Scales: []results.ScaleStats{{ScaleRecord: results.ScaleRecord{Epoch: 10, Sigma: 0.5,
			Member: text}, Mean: 2, SD: 1}},
		Signatures: []results.Signature{{Name: "few-toys", Text: text, Remedy: text}}}
	member := findings.Member{Row: 17, ID: text, Label: text, Text: text, Image: text, Weight: 0.9}
	feature := findings.Feature{Name: text, Mean: 3, ReferenceSD: 1, Bulk: 3}
	place := findings.Place{Number: 1, Kind: findings.KindExcess, P: &p, Z: 5, Data: 20,
		Expected: 5, Excess: 15, Sigma: 0.3, Nearest: []findings.Member{member},
		Bulk: []findings.Feature{feature}, Columns: []findings.PlaceColumn{
			{Bins: findings.Bins{Name: text, Edges: []float64{0, 1, 2}}, Data: []float64{1, 19},
				Reference: []float64{12, 8}},
			{Bins: findings.Bins{Name: text, Labels: []string{text, "b"}},
				Data: []float64{1, 19}, Reference: []float64{12, 8}}}}
	further := place
	further.Number, further.P = 2, new(0.8)
	return Contents{Question: "Does " + text + " differ?", Answer: []string{text, text},
		Command: text, Manifest: results.Manifest{Name: text, Digest: "0123", Config: text,
			Inputs: map[string]string{text: "45"}, Versions: map[string]string{"sparker": text}},
		Summary: results.Summary{Cells: []results.CellSummary{summary}, Warnings: []string{text}},
		Sections: []Section{{Summary: summary, Warnings: []string{text},
			Record: results.CellRecord{Columns: []results.Column{{Name: text}},
				Pools: &results.PoolSizes{Calibration: "permutation", Reference: 8000}},
			Findings: &findings.Findings{Sigma: 0.3, Places: []findings.Place{place, further},
				Kernels: []findings.Finding{{Kernel: 1, Bulk: []findings.Feature{feature},
					Nearest: []findings.Member{member}}},
				Marginals: []findings.Marginal{madeMarginal(text)}},
			Rows: &findings.RowList{Q: 0.1, Novel: &findings.NovelBound{},
				Rows: []findings.ListedRow{{Row: 3, ID: text, Label: text, Text: text, Image: text,
					Score: 2}}},
			Drawings: []Drawing{{Name: "where", Title: text, Caption: []string{text},
				Picture: madeSVG(100)}},
		}}}
}

// madeMarginal returns a column of two bins.
func madeMarginal(name string) findings.Marginal {
	return findings.Marginal{Bins: findings.Bins{Name: name, Edges: []float64{0, 1, 2}},
		Data: []float64{40, 60}, Expected: []float64{50, 50}, Reweighted: []float64{41, 59},
		ExpectedVariance: []float64{50, 50}, ReweightedVariance: []float64{50, 50},
		Pulls: []float64{-1.4, 1.4}, ReweightedPulls: []float64{-0.1, 0.1}}
}

// madeLarge returns the contents of a sweep of ten arms, each with two recorded fits of a thousand
// epochs of 16 kernels, and with six figures. It is made once.
var madeLarge = sync.OnceValue(func() Contents {
	c := madeSweep("kernels", 10)
	fit := plotstest.Fit(plotstest.FitShape{Kernels: 16, Epochs: 1000, Dim: 2})
	for i := range c.Sections {
		c.Sections[i].Fits = []results.FitRecord{fit, fit}
		for k := range 6 {
			c.Sections[i].Drawings = append(c.Sections[i].Drawings, Drawing{Name: fmt.Sprint(k),
				Title: "a figure", Picture: madeSVG(60_000)})
		}
	}
	return c
})

// madeSVG returns a drawing of a number of bytes that would run a script if it were a part of the
// page.
func madeSVG(size int) Picture {
	begin := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>throw 1</script>`
	text := begin + string(bytes.Repeat([]byte(" "), max(size-len(begin), 0))) + "</svg>"
	return Picture{MediaType: "image/svg+xml", Content: []byte(text)}
}

// madeSweep returns the contents of a sweep over a number of arms, in which the name of the axis is
// the one given.
func madeSweep(axis string, arms int) Contents {
	c := Contents{Question: "How does the power depend on " + axis + "?",
		Answer: []string{"The power goes from 0.2 to 0.9."}, Command: "sparker run config.yaml"}
	c.Manifest = results.Manifest{Name: "sweep", Axes: []results.AxisRecord{{Name: axis}}}
	c.Summary.Axes = c.Manifest.Axes
	group := results.ComparisonGroup{}
	for i := range arms {
		label := fmt.Sprintf("%d kernels", arms-i)
		s := results.CellSummary{Cell: i + 1, Name: "sweep", Alpha: 0.05, Complete: true,
			Arms: []results.ArmRecord{{Axis: axis, Label: label}},
			Null: results.NullSummary{Toys: 100}}
		for k, signal := range []float64{0, 10, 20} {
			power := float64(k*(i+1)) / float64(3*arms)
			s.Points = append(s.Points, results.Point{Signal: signal, Toys: 50, Power: power,
				CI68: results.Interval{power * 0.9, power*0.9 + 0.1},
				CI95: results.Interval{power * 0.8, power*0.8 + 0.2}})
			if i > 0 {
				group.Differences = append(group.Differences, results.Difference{Arm: label,
					Signal: signal, Difference: power - 0.1, CI95: results.Interval{-0.2, 0.3}})
			}
		}
		c.Summary.Cells = append(c.Summary.Cells, s)
		c.Sections = append(c.Sections, Section{Summary: s})
		group.Arms = append(group.Arms, results.ComparisonArm{Label: label, CellSummary: s,
			Seconds: 0.1 * float64(arms-i)})
	}
	c.Comparisons = []results.Comparison{{By: []string{axis}, Alpha: 0.05,
		Groups: []results.ComparisonGroup{group}}}
	return c
}
