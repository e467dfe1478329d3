package analysis

import (
	"slices"
	"strconv"

	"sparker/results"
)

// number writes a float with as few digits as give it back.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// optional is empty for a number that is not there.
func optional(x *float64) string {
	if x == nil {
		return ""
	}
	return number(*x)
}

// table is a CSV file in the making.
type table struct {
	name   string
	header []string
	rows   [][]string
}

// writeTables writes the tables beside summary.json, tidy: a row for each cell and strength
// (results.csv), for each cell, strength and scale (scales.csv), and for each cell and alternative
// toy (toys.csv).
func writeTables(s *results.Store, summary results.Summary, cells []evaluatedCell) error {
	axes := make([]string, len(summary.Axes))
	for i, a := range summary.Axes {
		axes[i] = a.Name
	}
	power := table{name: results.PowerTable, header: header(axes,
		"method", "null_toys", "null_failed", "signal", "toys", "failed", "rejected", "power",
		"ci68_lo", "ci68_hi", "ci95_lo", "ci95_hi",
		"median_p", "median_z", "median_z_bound", "oracle", "oracle_z", "oracle_z_bound", "found",
		"found_se",
		"injected", "purity", "purity_se", "nearest_purity", "nearest_purity_se", "efficiency",
		"seconds", "median_seconds")}
	scales := table{name: results.ScaleTable, header: header(axes,
		"statistic", "epoch", "sigma", "null_mean", "null_sd", "null_median", "chi2_dof", "chi2_ks",
		"chi2_p", "signal", "power")}
	toys := table{name: results.ToyTable, header: header(axes, "signal", "index", "status", "events",
		"injected", "p", "z")}
	for _, c := range cells {
		place := []string{strconv.Itoa(c.summary.Cell)}
		for _, setting := range c.summary.Arms {
			place = append(place, setting.Label)
		}
		power.rows = append(power.rows, powerRows(place, c)...)
		scales.rows = append(scales.rows, scaleRows(place, c.summary)...)
		toys.rows = append(toys.rows, toyRows(place, c.tested)...)
	}
	for _, t := range []table{power, scales, toys} {
		if err := s.WriteTable(t.name, t.header, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// header names the columns: the cell, the axes, and more fields. An axis of the sweep that is
// called like one of these is axis_NAME.
func header(axes []string, fields ...string) []string {
	names := []string{"cell"}
	for _, a := range axes {
		if a == "cell" || slices.Contains(fields, a) {
			a = "axis_" + a
		}
		names = append(names, a)
	}
	return append(names, fields...)
}

// row is the place of a cell with more fields behind it.
func row(place []string, fields ...string) []string {
	return append(append([]string{}, place...), fields...)
}

func powerRows(place []string, c evaluatedCell) [][]string {
	var rows [][]string
	for _, p := range c.summary.Points {
		var found, se string
		var purity [6]string
		if n := p.Leading; n != nil {
			for i, x := range []float64{n.Injected, n.Purity, n.PuritySE, n.NearestPurity,
				n.NearestPuritySE, n.Efficiency} {
				purity[i] = number(x)
			}
		}
		if f := p.Found; f != nil {
			found, se = number(f.Mean), number(f.SE)
		}
		rows = append(rows, row(place,
			c.summary.Method, strconv.Itoa(c.summary.Null.Toys),
			strconv.Itoa(c.summary.Null.Failed),
			number(p.Signal), strconv.Itoa(p.Toys), strconv.Itoa(p.Failed),
			strconv.Itoa(p.Rejected), number(p.Power),
			number(p.CI68[0]), number(p.CI68[1]), number(p.CI95[0]), number(p.CI95[1]),
			number(p.MedianP), number(p.MedianZ), strconv.FormatBool(p.MedianZBound),
			optional(p.Oracle), optional(p.OracleZ), strconv.FormatBool(p.OracleZBound),
			found, se, purity[0], purity[1], purity[2], purity[3], purity[4], purity[5],
			strconv.FormatFloat(c.seconds, 'g', 3, 64), strconv.FormatFloat(c.median, 'g', 3, 64)))
	}
	return rows
}

func scaleRows(place []string, s results.CellSummary) [][]string {
	var rows [][]string
	for i, c := range s.Scales {
		var dof, ks, p string
		if q := c.ChiSquare; q != nil {
			dof, ks, p = number(q.DoF), number(q.KS), number(q.P)
		}
		statistic := c.Statistic
		if statistic == "" {
			statistic = "t"
		}
		null := []string{statistic, strconv.Itoa(c.Epoch), number(c.Sigma), number(c.Mean),
			number(c.SD), number(c.Median), dof, ks, p}
		for _, point := range s.Points {
			rows = append(rows, row(place, row(null, number(point.Signal),
				number(point.ScalePower[i]))...))
		}
	}
	return rows
}

func toyRows(place []string, tested []testedToy) [][]string {
	var rows [][]string
	for _, t := range tested {
		z := number(t.Z)
		if t.Status != results.StatusOK {
			z = ""
		}
		rows = append(rows, row(place, number(t.Signal), strconv.Itoa(t.Index), t.Status,
			strconv.Itoa(t.Events), strconv.Itoa(t.Injected), number(t.P), z))
	}
	return rows
}
