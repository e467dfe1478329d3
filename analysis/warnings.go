package analysis

import (
	"fmt"
	"math"

	"sparker/configs"
	"sparker/results"
)

// overview is what a reader of many cells should know before looking at single ones.
func overview(s results.Summary) []string {
	var w []string
	var incomplete, failing, above, points int
	for _, c := range s.Cells {
		failed := c.Null.Failed
		for _, p := range c.Points {
			failed += p.Failed
			if p.Signal == 0 && p.Toys > 0 {
				points++
				if p.CI95[0] > c.Alpha {
					above++
				}
			}
		}
		if failed > 0 {
			failing++
		}
		if !c.Complete {
			incomplete++
		}
	}
	if incomplete > 0 {
		w = append(w, fmt.Sprintf("partial: %d of %d cells lack toys", incomplete, len(s.Cells)))
	}
	if failing > 0 {
		w = append(w, fmt.Sprintf("%d of %d cells have fits that failed: see their warnings",
			failing, len(s.Cells)))
	}
	if above > 0 {
		w = append(w, fmt.Sprintf("the type-I error is above alpha in %d of %d cells, outside "+
			"of its 95%% interval (cells share toys, so such cells come together)", above, points))
	}
	return w
}

// warnings says what a reader of the summary should know before trusting it.
func warnings(e configs.Experiment, s results.CellSummary) []string {
	var w []string
	say := func(format string, args ...any) { w = append(w, fmt.Sprintf(format, args...)) }
	if !s.Complete {
		say("partial: %d of %d null toys, and %s alternative toys", s.Null.Toys, e.Toys.Null,
			shares(e, s))
	}
	if b := float64(s.Null.Toys); s.AlphaError > 0.1*s.Alpha {
		say("%d null toys: p cannot go below %.2g, and alpha = %v is known to %.0f%% only (10%% "+
			"needs %.0f toys)",
			s.Null.Toys, 1/(b+1), s.Alpha, 100*s.AlphaError/s.Alpha,
			math.Ceil((1-s.Alpha)/s.Alpha*100))
	}
	if s.Null.Failed > 0 {
		say("%d of %d null fits failed; they count as more extreme than any other", s.Null.Failed,
			s.Null.Toys)
	}
	if s.Null.Clamped > 0 {
		say("in %d of %d null fits the log-ratio was so large on reference rows that its "+
			"exponential was held: lower train.clip", s.Null.Clamped, s.Null.Toys)
	}
	measured := false
	for _, point := range s.Points {
		if point.Failed > 0 {
			say("%d of %d fits failed at N_S = %v; they count as not rejected", point.Failed,
				point.Toys, point.Signal)
		}
		if point.Signal == 0 && point.Toys > 0 {
			measured = true
			if point.CI95[0] > s.Alpha {
				say("the type-I error %.3f (95%% interval %.3f to %.3f) is above alpha = %v",
					point.Power, point.CI95[0], point.CI95[1], s.Alpha)
			}
		}
	}
	if !measured && observed(e) == 0 {
		say("the type-I error was not measured: add 0 to toys.signal")
	}
	var narrowest results.ScaleStats // of t, which an annealed fit has: lead is never negative
	for _, scale := range s.Scales {
		if scale.Statistic == "" && scale.Epoch > 0 {
			narrowest = scale
		}
	}
	if narrowest.Mean < 0 {
		say("t is negative on average at the smallest width (%.3g): the fit has not converged "+
			"there; slow the annealing or raise train.width.end", narrowest.Sigma)
	}
	return w
}

func shares(e configs.Experiment, s results.CellSummary) string {
	total := 0
	for _, point := range s.Points {
		total += point.Toys
	}
	return fmt.Sprintf("%d of %d", total, len(s.Points)*e.Toys.Alternative)
}
