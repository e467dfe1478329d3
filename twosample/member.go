package twosample

import (
	"fmt"
	"regexp"
	"slices"

	"sparker/losses"
	"sparker/models"
	"sparker/train"
)

// MemberConfig is an element of `test.members`: a further test of the same toys, whose statistics
// are ranked together with those of `test.method`.
type MemberConfig struct {
	// Name tells the statistics of the member apart. It is the name of the method if it is left
	// out.
	Name string `yaml:"name"`
	// Method is the two-sample test, as in `test.method`. Its options are in the block baselines.
	Method string `yaml:"method"`
	// Model describes f, if the method fits kernels.
	Model models.Config `yaml:"model"`
	// Loss says what is minimized, if the method fits kernels.
	Loss losses.Config `yaml:"loss"`
	// Train describes one fit, if the method fits kernels.
	Train train.Config `yaml:"train"`
	// Statistics lists what is taken at every scale of a fit, as in `test.statistics`.
	Statistics []string `yaml:"statistics"`
}

// MemberName matches the names that a member may have.
var MemberName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// member returns the setup of a member of the setup. It is not asked for places.
func (s Setup) member(m MemberConfig) Setup {
	s.Model, s.Loss, s.Train, s.Statistics = m.Model, m.Loss, m.Train, m.Statistics
	s.Members, s.InitialCentroids, s.Places = nil, nil, false
	return s
}

// methods returns the methods of the members of the setup, in their order. It returns an error for
// a name that is unknown, malformed or taken, and for a Limit.
func (s Setup) methods(own Method) ([]Method, error) {
	taken := []string{own.Name}
	var methods []Method
	for _, member := range s.Members {
		method, err := Lookup(member.Method)
		switch {
		case err != nil:
			return nil, err
		case !MemberName.MatchString(member.Name):
			return nil, fmt.Errorf("twosample: %q is not a name of a member: want at most 40 "+
				"lower-case letters, digits, underscores and hyphens that begin with a letter",
				member.Name)
		case slices.Contains(taken, member.Name):
			return nil, fmt.Errorf("twosample: two tests are called %q; members need names of "+
				"their own", member.Name)
		case own.Limit || method.Limit:
			return nil, fmt.Errorf("twosample: %s cannot be combined with %s: a test that knows "+
				"the background is a limit of others", member.Name, own.Name)
		}
		taken, methods = append(taken, member.Name), append(methods, method)
	}
	return methods, nil
}

// Relevant returns the parts of a setup that the statistics of a method and of the members of the
// setup depend on, as Method.Relevant does for the method alone.
func Relevant(m Method, s Setup) (Setup, error) {
	methods, err := s.methods(m)
	if err != nil {
		return Setup{}, err
	}
	relevant := m.Relevant(s)
	for i, member := range s.Members {
		own := methods[i].Relevant(s.member(member))
		relevant.Members = append(relevant.Members, MemberConfig{Name: member.Name,
			Method: member.Method, Model: own.Model, Loss: own.Loss, Train: own.Train,
			Statistics: own.Statistics})
		if relevant.Options == nil {
			relevant.Options = MethodOptions{}
		}
		for name, options := range own.Options {
			relevant.Options[name] = options
		}
	}
	return relevant, nil
}

// Percentiles returns the percentiles of distances that a method and the members of the setup look
// up, each once.
func Percentiles(m Method, s Setup) ([]float64, error) {
	methods, err := s.methods(m)
	if err != nil {
		return nil, err
	}
	all := m.Percentiles(s)
	for i, member := range s.Members {
		for _, p := range methods[i].Percentiles(s.member(member)) {
			if !slices.Contains(all, p) {
				all = append(slices.Clip(all), p)
			}
		}
	}
	return all, nil
}

// Check calls the Check of a method, and those of the members of the setup.
func Check(m Method, s Setup) error {
	methods, err := s.methods(m)
	if err != nil {
		return err
	}
	if err := m.check(s); err != nil {
		return err
	}
	for i, member := range s.Members {
		if err := methods[i].check(s.member(member)); err != nil {
			return fmt.Errorf("member %s: %w", member.Name, err)
		}
	}
	return nil
}

// check returns the reason why a method cannot work with a Setup.
func (m Method) check(s Setup) error {
	if err := m.checkWeights(s); err != nil {
		return err
	}
	return m.Check(s)
}
