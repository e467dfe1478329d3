package plots

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"sparker/results"
)

// RunFigures renders into dir every figure that the records of a run allow, and returns the paths that were
// written. A part that a record does not have is left out: an empty summary gives no power curve, a fit
// without a trace no trajectory. The names are
//
//	power                                the power curve
//	null-scales                          the distributions of t per scale
//	fit-<hypothesis>-<N_S>-<toy>-<what>  trajectory, history, log-ratio and dynamics of each fit
//
// (fit-<what> for a fit of no toy), each as .png and .svg. A fit of more than one dimension is drawn in its
// first two coordinates. A column that a fit does not name takes its name from the manifest.
//
// A figure whose record is damaged does not keep the others from being drawn: the error joins what went
// wrong with each. It is an error as well if the summary and the manifest are of different runs, if two fits
// are of one toy, or if there is nothing to draw.
func RunFigures(dir string, summary results.Summary, toys []results.Toy, fits []results.Fit, manifest results.Manifest) ([]string, error) {
	if summary.Digest != "" && manifest.Digest != "" && summary.Digest != manifest.Digest {
		return nil, fmt.Errorf("plots: the summary (%s) and the manifest (%s) are of different runs", summary.Digest, manifest.Digest)
	}
	all, err := runFigures(summary, toys, fits, manifest)
	var paths []string
	drawn := make(map[string]bool)
	for _, figure := range all {
		if drawn[figure.name] {
			err = errors.Join(err, fmt.Errorf("plots: two figures are called %s", figure.name))
			continue
		}
		drawn[figure.name] = true
		written, failure := Write(dir, figure.name, figure.Figure)
		paths, err = append(paths, written...), errors.Join(err, failure)
	}
	if len(paths) == 0 && err == nil {
		err = errors.New("plots: the records hold nothing to draw")
	}
	return paths, err
}

// named is a figure and the name of its files.
type named struct {
	name string
	Figure
}

func runFigures(summary results.Summary, toys []results.Toy, fits []results.Fit, manifest results.Manifest) (all []named, err error) {
	add := func(name string, f Figure, failure error) {
		if failure != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", name, failure))
			return
		}
		if note := provenance(manifest); note != "" && len(f.caption) > 0 {
			f.caption[0] += " " + note
		}
		all = append(all, named{name, f})
	}
	for _, p := range summary.Points {
		if p.Toys > 0 {
			f, failure := PowerCurve(summary)
			add("power", f, failure)
			break
		}
	}
	if len(summary.Scales) > 0 {
		for _, toy := range toys {
			if toy.Hypothesis == results.Null && toy.Status == results.StatusOK {
				f, failure := NullDistributions(summary, toys)
				add("null-scales", f, failure)
				break
			}
		}
	}
	for _, fit := range fits {
		if len(fit.Columns) == 0 {
			fit.Columns = manifest.Columns
		}
		prefix := fitName(fit) + "-"
		if t := fit.Trace; t != nil && len(t.Epoch) > 0 {
			if len(t.Centroids) > 0 {
				f, failure := trajectory(fit)
				add(prefix+"trajectory", f, failure)
			}
			f, failure := History(fit)
			add(prefix+"history", f, failure)
			if len(t.GateEntropy) > 0 || len(t.DataForce) > 0 || len(t.ReferenceForce) > 0 {
				f, failure := Dynamics(fit)
				add(prefix+"dynamics", f, failure)
			}
		}
		if fit.Profile != nil {
			f, failure := LogRatio1D(fit)
			add(prefix+"log-ratio", f, failure)
		}
	}
	return all, err
}

// trajectory draws a fit in the dimension that it has.
func trajectory(f results.Fit) (Figure, error) {
	if first := f.Trace.Centroids[0]; len(first) > 0 && len(first[0]) > 1 {
		return Trajectory2D(f, 0, 1)
	}
	return Trajectory1D(f)
}

// provenance names the run that a figure is made from.
func provenance(m results.Manifest) string {
	if m.Name == "" || len(m.Digest) < 8 {
		return ""
	}
	return fmt.Sprintf("Run %s-%s, seed %d.", printable(m.Name), printable(m.Digest[:8]), m.Seed)
}

// fitName is the name of a fit's files without what they show.
func fitName(f results.Fit) string {
	if f.Hypothesis == "" {
		return "fit"
	}
	plain := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(f.Hypothesis))
	return "fit-" + plain + "-" + strconv.FormatFloat(f.Signal, 'g', -1, 64) + "-" + strconv.Itoa(f.Index)
}
