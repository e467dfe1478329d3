package analysis

import (
	"iter"
	"slices"
	"strconv"

	"sparker/results"
)

// number returns a float in as few digits as give it back.
func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

// optional returns a number as [number] does, or an empty text for nil.
func optional(x *float64) string {
	if x == nil {
		return ""
	}
	return number(*x)
}

// seconds returns a time in three digits.
func seconds(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// table is the content of a CSV file: columns of its own after those that say which cell a row is
// of.
type table struct {
	name    string
	columns []string
	rows    func(c cellResult) iter.Seq[[]string]
}

// tables are the CSV files of a run.
var tables = []table{
	{results.PowerTable, []string{"method", "null_toys", "null_failed", "signal", "toys", "failed",
		"rejected", "power", "ci68_lo", "ci68_hi", "ci95_lo", "ci95_hi", "median_p", "median_z",
		"median_z_bound", "oracle", "oracle_z", "oracle_z_bound", "found", "found_se", "injected",
		"purity", "purity_se", "nearest_purity", "nearest_purity_se", "efficiency"},
		list(powerRows)},
	{results.ScaleTable, []string{"statistic", "epoch", "sigma", "null_mean", "null_sd",
		"null_median", "chi2_dof", "chi2_ks", "chi2_p", "signal", "power"}, list(scaleRows)},
	{results.ToyTable, []string{"signal", "index", "status", "events", "injected", "p", "z"},
		toyRows},
	{results.GroupTable, []string{"group", "weight", "combine", "signal", "power"},
		list(groupRows)},
	{results.TimeTable, []string{"method", "toys", "seconds", "median_seconds"}, list(timeRows)},
}

// writeTables writes the tables of a run.
func writeTables(s *results.Store, axes []results.AxisRecord, cells []cellResult) error {
	for _, t := range tables {
		if t.name == results.GroupTable && !slices.ContainsFunc(cells,
			func(c cellResult) bool { return len(groupRows(c)) > 0 }) {
			continue // no test has groups
		}
		err := s.WriteRows(t.name, header(axes, t.columns), func(yield func([]string) bool) {
			for _, c := range cells {
				place := []string{strconv.Itoa(c.number)}
				for _, arm := range c.record.Arms {
					place = append(place, arm.Label)
				}
				for row := range t.rows(c) {
					if !yield(slices.Concat(place, row)) {
						return
					}
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// list makes a sequence of the rows that a function returns.
func list(rows func(c cellResult) [][]string) func(c cellResult) iter.Seq[[]string] {
	return func(c cellResult) iter.Seq[[]string] { return slices.Values(rows(c)) }
}

// header returns the names of the columns: the cell, the axes, and those of a table. An axis that
// has the name of another column becomes axis_NAME.
func header(axes []results.AxisRecord, columns []string) []string {
	names := []string{"cell"}
	for _, a := range axes {
		name := a.Name
		if name == "cell" || slices.Contains(columns, name) {
			name = "axis_" + name
		}
		names = append(names, name)
	}
	return append(names, columns...)
}

// unknownFrom and unknownTo enclose the fields of a row of the power, from the power to the bound
// of the median, that are empty if every null fit failed.
const unknownFrom, unknownTo = 7, 15

func powerRows(c cellResult) [][]string {
	var rows [][]string
	for _, p := range c.summary.Points {
		row := []string{c.summary.Method, strconv.Itoa(c.summary.Null.Toys),
			strconv.Itoa(c.summary.Null.Failed), number(p.Signal), strconv.Itoa(p.Toys),
			strconv.Itoa(p.Failed), strconv.Itoa(p.Rejected), number(p.Power),
			number(p.CI68[0]), number(p.CI68[1]), number(p.CI95[0]), number(p.CI95[1]),
			number(p.MedianP), number(p.MedianZ), strconv.FormatBool(p.MedianZBound),
			optional(p.Oracle), optional(p.OracleZ), strconv.FormatBool(p.OracleZBound)}
		found := make([]string, 2)
		if f := p.Found; f != nil {
			found[0], found[1] = number(f.Mean), number(f.SE)
		}
		leading := make([]string, 6)
		if l := p.Leading; l != nil {
			for i, x := range []float64{l.Injected, l.Purity, l.PuritySE, l.NearestPurity,
				l.NearestPuritySE, l.Efficiency} {
				leading[i] = number(x)
			}
		}
		if c.summary.Null.Failed == c.summary.Null.Toys { // the power is not known
			clear(row[unknownFrom:unknownTo])
		}
		rows = append(rows, slices.Concat(row, found, leading))
	}
	return rows
}

func scaleRows(c cellResult) [][]string {
	var rows [][]string
	for i, s := range c.summary.Scales {
		null := []string{s.Label(), strconv.Itoa(s.Epoch), number(s.Sigma), number(s.Mean),
			number(s.SD), number(s.Median), "", "", ""}
		if q := s.ChiSquare; q != nil {
			copy(null[len(null)-3:], []string{number(q.DoF), number(q.KS), number(q.P)})
		}
		for _, point := range c.summary.Points {
			rows = append(rows, slices.Concat(null, []string{number(point.Signal),
				number(point.ScalePower[i])}))
		}
	}
	return rows
}

func groupRows(c cellResult) [][]string {
	var rows [][]string
	for i, g := range c.summary.Groups {
		for _, point := range c.summary.Points {
			if len(point.GroupPower) > 0 { // some toys are stored
				rows = append(rows, []string{g.Name, number(g.Weight), g.Combine,
					number(point.Signal), number(point.GroupPower[i])})
			}
		}
	}
	return rows
}

func toyRows(c cellResult) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for _, t := range c.tested {
			z := number(t.Z)
			if t.Status != results.StatusOK {
				z = ""
			}
			if !yield([]string{number(t.Signal), strconv.Itoa(t.Index), t.Status,
				strconv.Itoa(t.Events), strconv.Itoa(t.Injected), number(t.P), z}) {
				return
			}
		}
	}
}

func timeRows(c cellResult) [][]string {
	return [][]string{{c.summary.Method, strconv.Itoa(len(c.toys)), seconds(c.seconds),
		seconds(c.median)}}
}
