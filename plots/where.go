package plots

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"sparker/findings"
	"sparker/results"
)

// mostMarked is how many kernels Where draws in one and in two dimensions.
const mostMarked = 12

// FindingsFigures draws what a fit found and returns the figures that were drawn. Their
// names are
//
//	where         where the kernels ended, and what they found there (Where)
//	members       the rows around the most significant kernel (Members)
//	marginals     both samples and the reweighted reference, column by column (Marginals)
//	where-images  the images of the rows that the kernels hold, if they have files (ContactSheet)
//
// each as .png and .svg. A figure that the findings have nothing for is left out: findings without
// kernels have none, and a contact sheet needs a row with an image file in a kernel with an excess.
//
// A figure that cannot be drawn does not keep the others from being drawn. The error joins what
// went wrong with each.
//
// The title of where gives the p-value of the test of the sample; nil leaves it out.
func FindingsFigures(to Output, f findings.Findings, test *results.ObservedSummary) ([]Drawn,
	error) {
	return findingsPortfolio(f, test).write(to)
}

// findingsPortfolio draws the figures of findings.
func findingsPortfolio(f findings.Findings, test *results.ObservedSummary) *portfolio {
	p := &portfolio{}
	if hasPlace(f) {
		figure, err := Where(f)
		figure.title += answer(test)
		p.add("where", figure, err)
	}
	if len(f.Kernels) > 0 && len(f.Kernels[0].Distances.Data) > 0 {
		figure, err := Members(f, 0)
		p.add("members", figure, err)
	}
	if len(f.Marginals) > 0 {
		figure, err := Marginals(f)
		p.add("marginals", figure, err)
	}
	if hasImages(f) {
		figure, err := ContactSheet(f)
		p.add("where-images", figure, err)
	}
	return p
}

// answer is the p-value of a test for the end of a title. It is empty without a test, and for one
// that failed.
func answer(test *results.ObservedSummary) string {
	switch {
	case test == nil || test.Status != results.StatusOK:
		return ""
	case test.ZBound: // no null toy was as extreme
		return fmt.Sprintf(": p ≤ %s, Z > %.2f", number(*test.P), *test.Z)
	default:
		return fmt.Sprintf(": p = %s, Z = %s", number(*test.P),
			signed(fmt.Sprintf("%.2f", *test.Z)))
	}
}

// hasPlace reports whether the findings say anything that Where could draw.
func hasPlace(f findings.Findings) bool {
	switch len(f.Columns) {
	case 0:
		return false
	case 1:
		return len(f.Kernels) > 0 && f.Histogram != nil
	case 2:
		return len(f.Kernels) > 0
	}
	return slices.ContainsFunc(f.Kernels, func(k findings.Finding) bool { return len(k.Bulk) > 0 })
}

// Where draws where the kernels of a fit ended, and what they found there. In one dimension it is a
// histogram of the data over the weighted reference, with mu ± sigma of each kernel below. In two
// it is the rows with the kernels' circles of influence, |x - mu| <= sigma. In more it is a panel
// for each of the most significant kernels, with the columns in which its members differ most from
// the reference.
//
// It returns an error if the findings have no kernels, if those of one column have no histogram, if
// no kernel has members in three or more columns, or if a number cannot be drawn.
func Where(f findings.Findings) (Figure, error) {
	drawn, err := where(f)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: where: %w", err)
	}
	return drawn, nil
}

func where(f findings.Findings) (Figure, error) {
	if err := checkFindings(f); err != nil {
		return Figure{}, err
	}
	switch len(f.Columns) {
	case 1:
		return whereOne(f)
	case 2:
		return whereTwo(f)
	}
	return whereMany(f)
}

// checkFindings refuses findings whose numbers cannot be drawn.
func checkFindings(f findings.Findings) error {
	if len(f.Kernels) == 0 || len(f.Columns) == 0 {
		return errors.New("the findings have no kernels or no columns")
	}
	if err := cmp.Or(positive("sigma", []float64{f.Sigma}, 1),
		positive("weight", []float64{f.Weight}, 1), finite("t", f.T)); err != nil {
		return err
	}
	for _, k := range f.Kernels {
		what := fmt.Sprintf("kernel %d", k.Kernel)
		if err := cmp.Or(series(what+": centroid", k.Centroid, len(f.Columns)),
			finite(what, k.Coefficient, k.Ball.Expected, k.Ball.Z, k.Soft.Data, k.Soft.Expected,
				k.Soft.Z, k.Noise)); err != nil {
			return err
		}
		for _, q := range slices.Concat(k.Bulk, k.Local) {
			if err := finite(what+": feature", q.Bulk, optional(q.Local),
				optional(q.LocalError)); err != nil {
				return err
			}
		}
	}
	return nil
}

// optional is the number, or 0 if there is none.
func optional(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// asFit is what the findings share with the record of a fit.
func asFit(f findings.Findings) results.FitRecord {
	columns := make([]results.Column, len(f.Columns))
	for j, c := range f.Columns {
		columns[j] = results.Column{Name: c.Name, Label: c.Label, Unit: c.Unit}
	}
	return results.FitRecord{Columns: columns, LengthUnit: f.LengthUnit, Scale: f.Scale,
		Data:      f.Data,
		Reference: f.Reference}
}

// columnName is what figures write for a column of findings: its label, or else the name that the
// finding has for it.
func columnName(f findings.Findings, column int, name string) string {
	if column >= 0 && column < len(f.Columns) && f.Columns[column].Label != "" {
		return printable(f.Columns[column].Label)
	}
	return printable(name)
}

// withSign is number with its sign, plus included.
func withSign(v float64) string {
	if v > 0 {
		return "+" + number(v)
	}
	return number(v)
}

// significance writes a Z.
func significance(v float64) string { return "Z = " + signed(fmt.Sprintf("%.1f", v)) }

// kind names the sign of a coefficient.
func kind(a float64) string {
	switch {
	case a > 0:
		return "excess"
	case a < 0:
		return "deficit"
	}
	return "no effect"
}

// coefficientLimit is the limit of the color map over kernels.
func coefficientLimit(kernels []findings.Finding) float64 {
	return largestCoefficient(coefficientsOf(kernels))
}

func coefficientsOf(kernels []findings.Finding) []float64 {
	a := make([]float64, len(kernels))
	for i, k := range kernels {
		a[i] = k.Coefficient
	}
	return a
}

// findingsCaption says at which scale the kernels were read, what Z is, and what the record warns
// of.
func findingsCaption(f findings.Findings, more ...string) []string {
	read := fmt.Sprintf("Read at epoch %d, σ = %s, t = %s.", f.Epoch, number(f.Sigma), number(f.T))
	local := "Z is local: of rows weighted by the kernel's share φ, without a correction for " +
		"the choice of the place."
	return append([]string{sentences(append([]string{read, local}, more...)...)},
		warnings(slices.Concat(f.Warnings, f.KernelNotes))...)
}

// notShown says how many kernels of all are not drawn.
func notShown(all, shown int) string {
	if all == shown {
		return ""
	}
	return fmt.Sprintf("%s of less significance not shown.", count(all-shown, "kernel"))
}
