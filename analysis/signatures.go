package analysis

import (
	"fmt"
	"slices"
	"strings"

	"sparker/results"
	"sparker/signatures"
	"sparker/train"
)

// remedies are what a config changes against each failure signature.
var remedies = map[string]string{
	signatures.Collapse: "set model.softmax: true, or lower model.kernels",
	signatures.NoConvergence: "lower train.learning_rate, or raise train.epochs or " +
		"train.width.end",
	signatures.HighVariance: "lower train.clip, or raise loss.l2 or train.width.end",
	signatures.TypeI: "take a larger reference, raise toys.null, or lower " +
		"train.clip",
	signatures.Stuck: "lower train.learning_rate, set model.init: data, or raise " +
		"train.width.start",
	signatures.NoLocalization: "consider train.width.end_factor: 0.5",
	signatures.UntrainedScale: "raise train.epochs, or set train.width.schedule: exponential and " +
		"train.checkpoints.spacing: log_sigma",
}

// WithKeys returns signatures whose remedies name the keys of a config.
func WithKeys(list []results.Signature) []results.Signature {
	list = slices.Clone(list)
	for i, s := range list {
		switch remedy, known := remedies[s.Name]; {
		case s.Name == signatures.FewToys:
			list[i].Remedy += " (toys.null)"
		case known:
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
	return slices.DeleteFunc(WithKeys(signatures.Find(e)), func(x results.Signature) bool {
		return x.Name == signatures.FewToys && len(null) < c.experiment.Toys.Null // more to come
	})
}

// healthOf returns the health of the fits of toys that did not fail, as far as it is stored.
func healthOf(toys []results.Toy) (list []results.HealthRecord) {
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
