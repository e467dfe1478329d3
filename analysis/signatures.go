package analysis

import (
	"fmt"
	"slices"
	"strings"

	"sparker/configs"
	"sparker/results"
	"sparker/signatures"
	"sparker/train"
)

// remedies returns what a config changes against each failure signature, by name. A change that the
// experiment has already is not among them.
func remedies(e configs.Experiment) map[string]string {
	width := "train.width.end"
	if e.Train.Width.End == train.Auto {
		width = "train.width.end_factor"
	}
	compete := "set model.softmax: true, or lower model.kernels"
	if e.Model.SoftMax {
		compete = "lower model.kernels, or " + width
	}
	slower := "raise train.epochs, or set train.width.schedule: exponential and " +
		"train.checkpoints.spacing: log_sigma"
	if e.Train.Width.Schedule == "exponential" {
		slower = "raise train.epochs, or train.width.hold below 1"
	}
	return map[string]string{
		signatures.Collapse:      compete,
		signatures.NoConvergence: "lower train.learning_rate, or raise train.epochs or " + width,
		signatures.HighVariance:  "lower train.clip, or raise loss.l2 or " + width,
		signatures.TypeI:         "take a larger reference, raise toys.null, or lower train.clip",
		signatures.Stuck: "lower train.learning_rate, set model.init: data, or raise " +
			"train.width.start",
		signatures.NoLocalization: "consider train.width.end_factor: 0.5",
		signatures.UntrainedScale: slower,
	}
}

// WithKeys returns the signatures of an experiment with remedies that name the keys of its config.
func WithKeys(list []results.Signature, e configs.Experiment) []results.Signature {
	list = slices.Clone(list)
	known := remedies(e)
	for i, s := range list {
		if s.Name == signatures.FewToys {
			list[i].Remedy += " (toys.null, or --toys)"
		} else if remedy := known[s.Name]; remedy != "" {
			list[i].Remedy = remedy
		}
	}
	return list
}

// signatures returns the failure signatures of a cell, from its toys.
func (c cell) signatures(s results.CellSummary, toys sortedToys) []results.Signature {
	null := toys.null
	e := signatures.Evidence{Alpha: s.Alpha, Health: healthOf(null)}
	for _, signal := range c.experiment.Toys.Signal {
		e.Signals = append(e.Signals,
			signatures.SignalFits{Signal: signal, Health: healthOf(toys.alternative[signal])})
	}
	if c.end.design == nil {
		e.NullToys = len(null)
		for _, p := range s.Points {
			if p.Signal == 0 {
				e.Rejected, e.Tested = p.Rejected, p.Toys
			}
		}
	}
	last := -1 // the last scale of t, which an annealed fit has
	for i, scale := range s.Scales {
		if scale.Member == "" && scale.Statistic == "" && scale.Epoch > 0 {
			last = i
		}
	}
	if last >= 0 {
		w := s.Widths
		e.Annealing = &signatures.Annealing{Config: c.experiment.Train,
			Widths:    train.Widths{Start: w.Start, End: w.End},
			Distances: train.DistanceQuantiles{Q1: w.Q1, Q50: w.Q50, Q99: w.Q99}}
	}
	for _, t := range null {
		if last >= 0 && t.Status == results.StatusOK {
			e.End = append(e.End, t.T[last])
		}
	}
	list := WithKeys(signatures.Find(e), c.experiment)
	return slices.DeleteFunc(list, func(x results.Signature) bool {
		return x.Name == signatures.FewToys && len(null) < c.experiment.Toys.Null // more to come
	})
}

// healthOf returns the health of the fits of toys that did not fail, as far as it is stored.
func healthOf(toys []*results.Toy) (list []results.HealthRecord) {
	for _, t := range toys {
		if t.Health != nil && t.Status == results.StatusOK {
			list = append(list, *t.Health)
		}
	}
	return list
}

// withSignatures returns warnings with those of signatures, instead of the warnings that say the
// same.
func withSignatures(warnings []string, list []results.Signature) []string {
	if slices.ContainsFunc(list, func(s results.Signature) bool {
		return s.Name == signatures.TypeI
	}) {
		warnings = slices.DeleteFunc(slices.Clone(warnings), func(w string) bool {
			return strings.HasPrefix(w, aboveAlpha)
		})
	}
	return signatures.Replace(warnings, list)
}

// signatureWarnings say in how many of several cells each signature is.
func signatureWarnings(cells []results.CellSummary) []string {
	var names []string
	count := map[string]int{}
	for _, c := range cells {
		for _, s := range c.Signatures {
			if count[s.Name]++; count[s.Name] == 1 {
				names = append(names, s.Name)
			}
		}
	}
	var w []string
	for _, name := range names {
		w = append(w, fmt.Sprintf("%s: in %d of %d cells; see their warnings", name, count[name],
			len(cells)))
	}
	return w
}
