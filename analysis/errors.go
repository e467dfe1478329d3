package analysis

import "fmt"

// A QuestionError reports a question that the runs cannot answer, such as an axis or an arm that
// they do not have.
type QuestionError struct{ Err error }

func (e *QuestionError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *QuestionError) Unwrap() error { return e.Err }

// NoToysError reports a run that has no null toys yet, so that there is nothing to summarize.
type NoToysError struct {
	// Dir is the run folder.
	Dir string
}

// Error returns the folder, and what it lacks.
func (e *NoToysError) Error() string {
	return fmt.Sprintf("analysis: summarizing %s: there are no null toys yet", e.Dir)
}
