package plots

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sparker/results"
)

// ErrNothing reports records without anything that a figure could show.
var ErrNothing = errors.New("plots: the records hold nothing to draw")

// CellFigures renders every figure that the records of one experiment of a run allow, and
// returns the figures that were drawn. The toys and the fits are those of the cell. What a record
// does not have is left out: a summary without toys gives no power curve, a fit without a trace no
// trajectory. The names are
//
//	power                                the power curve
//	power-groups                         the power of each group of statistics
//	p-groups                             the p-value of each group for the observed sample
//	null-scales                          the distributions of t, and of lead, per scale
//	null-scales-<member>                 those of the statistics of a member of the test
//	fit-<hypothesis>-<N_S>-<toy>-<what>  trajectory, history, log-ratio and dynamics of each fit
//
// (fit-<what> for a fit that is not of a toy), each as .png and .svg. A fit of more than one
// dimension is drawn in its first two coordinates. A column that a fit does not name takes its name
// from the manifest. For fits outside of a run, m and c are the zero Manifest and CellSummary.
//
// A figure that cannot be drawn does not keep the others from being drawn: the error joins what
// went wrong with each. It is an error as well if the manifest has no such cell or has it at other
// arms, if two fits are of one toy; and [ErrNothing] if there is nothing to draw.
func CellFigures(to Output, m results.Manifest, c results.CellSummary, toys []*results.Toy,
	fits []results.FitRecord) ([]Drawn, error) {
	p, err := cellPortfolio(m, c, toys, fits)
	if err != nil {
		return nil, err
	}
	drawn, err := p.write(to)
	if len(drawn) == 0 && err == nil {
		err = ErrNothing
	}
	return drawn, err
}

// cellPortfolio draws the figures of one cell. It refuses a cell that is not the manifest's.
func cellPortfolio(m results.Manifest, c results.CellSummary, toys []*results.Toy,
	fits []results.FitRecord) (*portfolio, error) {
	if c.Cell < 0 || c.Cell > len(m.Cells) {
		return nil, fmt.Errorf("plots: the summary is of cell %d, the manifest has %s", c.Cell,
			count(len(m.Cells), "cell"))
	}
	var columns []results.Column
	p := &portfolio{note: provenance(m)}
	if c.Cell > 0 {
		cell := m.Cells[c.Cell-1]
		if !slices.Equal(cell.Arms, c.Arms) {
			return nil, fmt.Errorf("plots: cell %d is at %q in the summary, at %q in the manifest",
				c.Cell, results.Describe(c.Arms), results.Describe(cell.Arms))
		}
		columns = cell.Columns
		if len(c.Arms) > 0 {
			p.note = sentences(p.note, fmt.Sprintf("Cell %d: %s.", c.Cell, describe(c.Arms)))
		}
	}
	p.addCell(c, toys)
	for _, fit := range fits {
		if len(fit.Columns) == 0 {
			fit.Columns = columns
		}
		p.addFit(fit)
	}
	return p, nil
}

// A portfolio collects figures, and the errors of those that could not be drawn.
type portfolio struct {
	note    string // the caption of every figure says it
	figures []named
	err     error
}

// named is a figure and the name of its files.
type named struct {
	name string
	Figure
}

// add adds a figure, with notes for its caption, or the error of drawing it.
func (p *portfolio) add(name string, f Figure, err error, notes ...string) {
	if err != nil {
		p.err = errors.Join(p.err, fmt.Errorf("%s: %w", name, err))
		return
	}
	if len(f.caption) > 0 {
		f.caption[0] = sentences(f.caption[0], sentences(notes...), p.note)
	}
	p.figures = append(p.figures, named{name, f})
}

// write renders the figures. It returns those that were drawn and all that went wrong.
func (p *portfolio) write(to Output) (drawn []Drawn, err error) {
	err = p.err
	taken := make(map[string]bool)
	for _, figure := range p.figures {
		if taken[figure.name] {
			err = errors.Join(err, fmt.Errorf("plots: two figures are called %s", figure.name))
			continue
		}
		taken[figure.name] = true
		d, failure := Write(to, figure.name, figure.Figure)
		if len(d.Files) > 0 {
			drawn = append(drawn, d)
		}
		err = errors.Join(err, failure)
	}
	return drawn, err
}

func (p *portfolio) addCell(c results.CellSummary, toys []*results.Toy) {
	if slices.ContainsFunc(c.Points, hasToys) {
		f, err := PowerCurve(c)
		p.add("power", f, err)
		if len(c.Groups) > 0 {
			f, err := GroupPower(c)
			p.add("power-groups", f, err)
		}
	}
	if o := c.Observed; o != nil && o.P != nil && len(o.Groups) > 0 {
		f, err := GroupValues(c)
		p.add("p-groups", f, err)
	}
	drawable := func(toy *results.Toy) bool {
		return toy.Hypothesis == results.Null &&
			toy.Status == results.StatusOK
	}
	if len(c.Scales) > 0 && slices.ContainsFunc(toys, drawable) {
		f, err := NullDistributions(c, toys)
		p.add("null-scales", f, err)
		for _, member := range membersOf(c.Scales) {
			f, err := MemberDistributions(c, toys, member)
			p.add("null-scales-"+fileName(member), f, err)
		}
	}
}

// membersOf returns the names of the members that the scales are of.
func membersOf(scales []results.ScaleStats) (names []string) {
	for _, s := range scales {
		if s.Member != "" && !slices.Contains(names, s.Member) {
			names = append(names, s.Member)
		}
	}
	return names
}

func hasToys(p results.Point) bool { return p.Toys > 0 }

func (p *portfolio) addFit(fit results.FitRecord) {
	prefix := fitName(fit) + "-"
	if t := fit.Trace; t != nil && len(t.Epoch) > 0 {
		if len(t.Centroids) > 0 {
			f, err := trajectory(fit)
			p.add(prefix+"trajectory", f, err)
		}
		f, err := History(fit)
		p.add(prefix+"history", f, err)
		if len(t.GateEntropy) > 0 || len(t.DataForce) > 0 || len(t.ReferenceForce) > 0 ||
			len(t.DataInSphere) > 0 {
			f, err := Dynamics(fit)
			p.add(prefix+"dynamics", f, err)
		}
	}
	if fit.Profile != nil {
		f, err := LogRatio1D(fit)
		p.add(prefix+"log-ratio", f, err)
	}
}

// trajectory draws the trajectory of a fit of any dimension.
func trajectory(f results.FitRecord) (Figure, error) {
	if first := f.Trace.Centroids[0]; len(first) > 0 && len(first[0]) > 1 {
		return Trajectory2D(f, 0, 1)
	}
	return Trajectory1D(f)
}

// provenance is the sentence of a caption on the run of a figure.
func provenance(m results.Manifest) string {
	if m.Name == "" || len(m.Digest) < 8 {
		return ""
	}
	return fmt.Sprintf("Run %s-%s, seed %d.", printable(m.Name), printable(m.Digest[:8]), m.Seed)
}

// fitName is the name of a fit's files without the kind of figure.
func fitName(f results.FitRecord) string {
	if f.Hypothesis == "" {
		return "fit"
	}
	return "fit-" + fileName(f.Hypothesis) + "-" + strconv.FormatFloat(f.Signal, 'g', -1, 64) +
		"-" + strconv.Itoa(f.Index)
}

// fileName is s in lower case, with an underscore for every character except letters, digits, '-',
// '_' and '.'.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, strings.ToLower(s))
}

// describe is the printable description of arms.
func describe(settings []results.ArmRecord) string { return printable(results.Describe(settings)) }
