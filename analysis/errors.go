package analysis

// A QuestionError reports a question that the runs cannot answer, such as an axis or an arm that
// they do not have.
type QuestionError struct{ Err error }

func (e *QuestionError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *QuestionError) Unwrap() error { return e.Err }
