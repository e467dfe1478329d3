package findings

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sparker/data"
	"sparker/train"
)

const (
	// collapsed is the distance, in units of sigma, below which two centroids are one place.
	collapsed = 0.1
	// opposed is the |Soft.Z| from which a coefficient of the other sign needs an explanation.
	opposed = 2
)

// warnings returns the warnings of the fit, and the failures that one fit can show, each with its
// remedy.
func (r *reader) warnings() []string {
	list := slices.Concat(r.fit.Warnings, r.failedFit(), r.unseenDifferences(),
		r.inflatedKernels())
	return append([]string{}, list...) // not nil, which JSON writes as null
}

// kernelNotes returns the failures that single kernels can show, each with its remedy. The kernels
// of a convex fit stay where they start, and make up for each other.
func (r *reader) kernelNotes() []string {
	if r.convex() {
		return nil
	}
	return slices.Concat(r.collapsedKernels(), r.failedKernels())
}

// collapsedKernels names pairs of kernels at one place.
func (r *reader) collapsedKernels() (list []string) {
	s := r.scales[r.chosen]
	remedy := "take fewer kernels, or start them elsewhere"
	if !r.fit.SoftMax {
		remedy = "let kernels compete (the SoftMax gate), or take fewer kernels"
	}
	for i, a := range s.Coefficients {
		for k, b := range s.Coefficients[:i] {
			apart := data.Distance(s.centroid(i), s.centroid(k)) / s.Sigma
			if apart < collapsed && a*b > 0 {
				list = append(list, fmt.Sprintf("kernels %d and %d have collapsed: they are %.2g "+
					"sigma apart, with coefficients of one sign, and share what they found; %s", k,
					i, apart, remedy))
			}
		}
	}
	return list
}

// failedKernels names kernels that say nothing, or not what their coefficient says.
func (r *reader) failedKernels() (list []string) {
	s := r.scales[r.chosen]
	var far, clipped, contrary []int
	for i, a := range s.Coefficients {
		if s.far(i) {
			far = append(far, i)
		}
		if bound := r.fit.Clip; bound > 0 && math.Abs(a) >= bound*(1-1e-9) {
			clipped = append(clipped, i)
		}
		if z := s.softCount(i, r.pair.Weight).Z; a*z < 0 && math.Abs(z) > opposed {
			contrary = append(contrary, i)
		}
	}
	if far != nil {
		list = append(list, kernelsAre(far)+" far from all rows and found nothing; start on data "+
			"rows, or with a larger width")
	}
	if clipped != nil {
		list = append(list, fmt.Sprintf("%s at the bound of the coefficients, %v, which hides how "+
			"strong the finding is; raise the bound, or penalize large coefficients",
			kernelsAre(clipped), r.fit.Clip))
	}
	if contrary != nil {
		list = append(list, kernelsAre(contrary)+" of one sign by coefficient and of the other by "+
			"the rows around: another kernel close by makes up for the difference; read both "+
			"together, or take fewer kernels")
	}
	return list
}

// failedFit warns of a fit that was held at a limit, or that stopped early.
func (r *reader) failedFit() (list []string) {
	if n := r.fit.ClampedEpochs; n > 0 {
		list = append(list, fmt.Sprintf("the exponential of the loss was held at its limit in %d "+
			"epochs: the fit is steeper than its statistic; lower the bound of the coefficients",
			n))
	}
	if r.fit.Status != train.OK {
		list = append(list, fmt.Sprintf("the fit stopped before its last epoch (%s): only the "+
			"scales up to there can be read; lower the learning rate or the bound of the "+
			"coefficients", r.fit.Reason))
	}
	return list
}

// unseenDifferences warns of empty balls, and of columns that the distance leaves out.
func (r *reader) unseenDifferences() (list []string) {
	s := r.scales[r.chosen]
	if slices.Max(slices.Concat(s.ball[inData], s.ball[inReference])) == 0 {
		list = append(list, "no row of the data or the reference is within sigma of a centroid, "+
			"as is usual in many dimensions: read the soft counts and the nearest rows")
	}
	n := 0
	for _, differs := range r.differs {
		if differs {
			n++
		}
	}
	if n > 0 {
		list = append(list, fmt.Sprintf("the data differ from the reference in %d of the columns "+
			"that are constant there, the first of them %s: the distance leaves these columns "+
			"out; compare them separately", n, r.Columns[slices.Index(r.differs, true)]))
	}
	return list
}

// inflated is the part that a weighted reference adds to the variance of the statistic of a kernel,
// from which a warning says so.
const inflated = 0.2

// inflatedKernels warns of kernels that hold few effective rows of a reference with weights, and of
// those at which negative weights nearly cancel the others.
func (r *reader) inflatedKernels() (list []string) {
	if !data.Uneven(r.pair.ReferenceWeights) {
		return nil
	}
	s := r.scales[r.chosen]
	var noisy, canceled []int
	for i := range s.Coefficients {
		sums := s.weightSums(i)
		if sums.far() {
			continue
		}
		if sums.inflation(r.pair.Weight) > 1+inflated {
			noisy = append(noisy, i)
		}
		if sums.cancels() {
			canceled = append(canceled, i)
		}
	}
	if noisy != nil {
		list = append(list, fmt.Sprintf("%s where the weights of the reference add more than %v%% "+
			"to the variance of the statistic: more simulated rows there give more power",
			kernelsAre(noisy), 100*inflated))
	}
	if canceled != nil {
		list = append(list, kernelsAre(canceled)+" where negative weights of the reference leave "+
			"less than 3 standard deviations of the expectation: an excess there may be a "+
			"fluctuation of the reference, which null toys with the same reference share")
	}
	return list
}

// kernelsAre names kernels as the subject of a sentence.
func kernelsAre(kernels []int) string {
	if len(kernels) == 1 {
		return fmt.Sprintf("kernel %d is", kernels[0])
	}
	numbers := make([]string, len(kernels))
	for i, k := range kernels {
		numbers[i] = strconv.Itoa(k)
	}
	return "kernels " + strings.Join(numbers, ", ") + " are"
}
