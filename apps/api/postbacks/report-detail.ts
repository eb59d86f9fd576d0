import { type FeedbackRecord, type PostbackRecord } from '#libs/revenue';
import {
  feedbackDetail,
  type LeadFeedbackDetail,
} from '../lead-feedback/feedback-detail.response.js';
import { type PostbackDetail, postbackDetail } from './postback.response.js';

/** A report as the api shows it, whatever it is about. */
export function detailOf(
  record: PostbackRecord | FeedbackRecord,
): PostbackDetail | LeadFeedbackDetail {
  return 'feedback' in record ? feedbackDetail(record) : postbackDetail(record);
}
