package plots

import (
	"encoding/csv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"sparker/plots/plotstest"
	"sparker/results"
)

// numbersOf reads the CSV of a figure: its header, the number of its lines, and the numbers in it.
func numbersOf(t *testing.T, kind string, f Figure) (header []string, lines int,
	numbers []float64) {
	t.Helper()
	content, err := f.CSV()
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	all, err := csv.NewReader(strings.NewReader(string(content))).ReadAll()
	if err != nil || len(all) < 2 {
		t.Fatalf("%s: a table of %d lines (%v)", kind, len(all), err)
	}
	for _, line := range all[1:] {
		for _, text := range line {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				continue
			}
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: %q in the table", kind, text)
			}
			numbers = append(numbers, v)
		}
	}
	slices.Sort(numbers)
	return all[0], len(all) - 1, numbers
}

// Every number that a figure draws is in its table: the coordinates of all markers, paths and dots,
// and of the curves through more points than a straight line has.
func TestTablesHoldWhatIsDrawn(t *testing.T) {
	t.Parallel()
	for kind := range kinds {
		f := sample(t, kind)
		header, lines, numbers := numbersOf(t, kind, f)
		for _, name := range header {
			if name == "" || strings.ContainsAny(name, "{}") {
				t.Errorf("%s: a column %q", kind, name)
			}
		}
		holds := func(v float64) bool {
			near := 1e-9 * max(math.Abs(v), 1e-3)
			k, _ := slices.BinarySearch(numbers, v-near)
			return k < len(numbers) && numbers[k] <= v+near
		}
		points := 0
		for _, row := range f.body.panels {
			for _, p := range row {
				if p == nil {
					continue
				}
				for _, drawn := range p.plotters {
					x, y := coordinates(drawn)
					if _, line := drawn.(*plotter.Line); line && kind == "power-cost" {
						continue // stairs, which end at the axis
					}
					points = max(points, len(x))
					if missing := slices.IndexFunc(x, not(holds)); missing >= 0 &&
						len(p.x.categories) == 0 {
						t.Errorf("%s: the place %v of a %T is not in the table", kind, x[missing],
							drawn)
					}
					if missing := slices.IndexFunc(y, not(holds)); missing >= 0 &&
						len(p.y.categories) == 0 {
						t.Errorf("%s: the value %v of a %T is not in the table", kind, y[missing],
							drawn)
					}
				}
			}
		}
		if lines < points {
			t.Errorf("%s: %d lines for %d points", kind, lines, points)
		}
	}
}

func not(holds func(float64) bool) func(float64) bool {
	return func(v float64) bool { return !holds(v) }
}

// coordinates are those of the points of a plotter that stand for numbers.
func coordinates(p plot.Plotter) (x, y []float64) {
	switch p := p.(type) {
	case *plotter.Scatter:
		for _, at := range p.XYs {
			x, y = append(x, at.X), append(y, at.Y)
		}
	case *plotter.Line:
		if len(p.XYs) > 2 {
			for _, at := range p.XYs {
				x, y = append(x, at.X), append(y, at.Y)
			}
		}
	case path:
		return p.x, p.y
	case dots:
		return p.x, p.y
	case rug:
		return p.x, nil
	case namedPoints:
		for _, n := range p.points {
			x, y = append(x, n.x), append(y, n.y)
		}
	}
	return x, y
}

// The columns of a table have names and units, and spreadsheets take no cell for a formula.
func TestTableOfHostileNames(t *testing.T) {
	t.Parallel()
	fit := plotstest.PlaneFit()
	fit.Columns = []results.Column{{Name: "=cmd()", Unit: "GeV"}, {Name: "@x\x1b[31m\n,\"y\""}}
	f, err := Trajectory2D(fit, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	header, _, _ := numbersOf(t, "hostile", f)
	want := []string{"series", "kernel", "epoch", "born", "sigma", "coefficient", "'=cmd() [GeV]",
		`'@x [31m ,"y"`}
	if !slices.Equal(header, want) {
		t.Errorf("header %q, want %q", header, want)
	}
	c := plotstest.Comparison()
	c.Groups[0].Arms[0].CellSummary.Arms[0].Label = "-1+2"
	arms, err := PowerArms(c.Groups[0], c.By)
	if err != nil {
		t.Fatal(err)
	}
	content, err := arms.CSV()
	if err != nil || !strings.Contains(string(content), "\n'-1+2,") {
		t.Errorf("a label that is a formula (%v):\n%s", err, content)
	}
}
