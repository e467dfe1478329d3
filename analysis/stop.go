package analysis

import (
	"fmt"
	"slices"

	"sparker/results"
	"sparker/stats"
	"sparker/twosample"
)

// FewestToys is the smallest number of null toys for a p-value if their number depends on their
// outcomes and a limit of time ends them.
const FewestToys = stats.FewestToys

// nullEnd is how the null toys of a cell end if their number depends on their outcomes. It follows
// from the stored toys alone. The zero value is that of a cell with a fixed number of null toys.
type nullEnd struct {
	design *stats.Sequential // nil for a fixed number of toys
	stop   stats.Stop
	// rule and at give the p-value: the design with the largest number of toys that there are, and
	// its state after them.
	rule *stats.Sequential
	at   stats.SequentialState
	// wanted is the number of null toys that the rule asks for. Toys beyond it are not used.
	wanted int
	// complete reports that no more toys are needed.
	complete bool
}

// follow applies the rule of toys.auto to the stored toys of a cell, and leaves out those that do
// not count: toys after the stop and, if the rule has not stopped, those after the first one that
// is missing.
func (c *cell) follow() error {
	e := c.experiment
	if !e.Toys.Auto {
		return nil
	}
	design, err := stats.NewSequential(e.Test.Alpha, e.Toys.Null)
	if err != nil {
		return err
	}
	c.end = nullEnd{design: design, wanted: design.Looks()[0]}
	toys := c.sorted()
	prefix := 0
	for prefix < len(toys.null) && toys.null[prefix].Index == prefix {
		prefix++
	}
	c.end.complete = toys.observed != nil && prefix >= c.end.wanted
	if toys.observed != nil && toys.observed.Status == results.StatusOK && prefix > 0 {
		if err := c.decide(toys, prefix); err != nil {
			return err
		}
	}
	c.toys = slices.Concat(toys.null[:min(prefix, c.end.wanted)], c.toys[len(toys.null):])
	return nil
}

// decide applies the rule to the first null toys and the statistics of the observed sample.
func (c *cell) decide(toys sortedToys, prefix int) error {
	_, group, err := c.grouping()
	if err != nil {
		return err
	}
	null := nullToys(toys.null[:prefix])
	state, err := c.end.design.Follow(null, toys.observed.T, group)
	if err != nil {
		return fmt.Errorf("the observed sample: %w", err)
	}
	c.end.stop, c.end.wanted, c.end.complete = state.Stop, state.Toys, state.Stop != ""
	c.end.rule, c.end.at = c.end.design, state
	if c.end.complete {
		return nil
	}
	c.end.stop = stats.StopTime
	if c.end.rule, err = c.end.design.EndingAt(prefix); err == nil {
		c.end.at, err = c.end.rule.Follow(null, toys.observed.T, group)
	}
	return err
}

// grouping returns the number of statistics of the cell, and the groups that they form.
func (c cell) grouping() (statistics int, group stats.Group, err error) {
	var scales []twosample.StatisticScale
	for _, s := range c.record.Scales {
		scales = append(scales, twosample.StatisticScale{Member: s.Member, Statistic: s.Statistic,
			Epoch: s.Epoch, Sigma: s.Sigma})
	}
	group, err = c.experiment.Grouping().Of(c.experiment.Test.Method, scales)
	return len(scales), group, err
}

// nullWanted is the number of null toys that the cell asks for, as far as its stored toys tell.
func (c cell) nullWanted() int {
	switch {
	case c.end.design == nil:
		return c.experiment.Toys.Null
	case c.end.complete:
		return c.end.wanted
	}
	return c.experiment.Toys.Null // at most
}

// NullToys is how many null toys a cell needs.
type NullToys struct {
	// Next is the number of toys after which they may end, or, if they have ended, that of the toys
	// that count. Most is the largest number that may be needed.
	Next, Most int
}

// NullToys returns how many null toys each cell needs, from the toys that were stored when the run
// was opened. It is the number that the config asks for, unless that depends on the outcomes of the
// toys (toys.auto).
func (v *Evaluation) NullToys() []NullToys {
	var all []NullToys
	for _, c := range v.cells {
		n := NullToys{Next: c.nullWanted(), Most: c.nullWanted()}
		if c.end.design != nil {
			n.Next = c.end.wanted
		}
		all = append(all, n)
	}
	return all
}
